package net.facteur.server.notices;

import java.util.List;
import net.facteur.server.addresses.AddressStore;
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
          Notices.Notice.ofUnread(
              NoticesTexts.SAY.addressesSubject(),
              NoticesTexts.SAY.addressesUnread(),
              problems,
              NoticesTexts.SAY.usersSee()));
    }
  }
}
