package net.facteur.server.notices;

import java.util.List;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.language.Text;
import net.facteur.server.upkeep.Upkeep;

/// Reads the addresses again where their file changed, and tells the postmaster of what cannot be
/// read.
public record AddressesWatch(AddressStore store, Notices notices) implements Upkeep.Chore {
  @Override
  public String name() {
    return "addresses";
  }

  @Override
  public String stamp() {
    store.refresh();
    return store.problems().toString();
  }

  @Override
  public void advance() {
    List<String> problems = store.problems();
    if (!problems.isEmpty()) {
      notices.tell(
          new Notices.Notice(
              NoticesTexts.SAY.addressesSubject(),
              Text.paragraphs(
                  NoticesTexts.SAY.addressesUnread(),
                  Text.paragraphs(problems.stream().map(Text::of).toList()),
                  NoticesTexts.SAY.usersSee())));
    }
  }
}
