package net.facteur.server.lists.requests;

import static net.facteur.server.lists.requests.RequestsTexts.SAY;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.answers.Answered;
import net.facteur.server.lists.answers.Matter;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.text.StrangerText;

/// Carries out what owners say of those who want to join.
public record Admissions(Joining joining) implements Answered {
  @Override
  public boolean concerns(About about) {
    return about instanceof About.Admission;
  }

  @Override
  public Text question(Matter matter) {
    return matter.about() instanceof About.Admission asked
        ? SAY.admitPage(
            StrangerText.of(Joining.person(asked.who(), asked.name())).onTerminal(),
            matter.list().text())
        : Text.nothing();
  }

  @Override
  public Choice choice() {
    return Choice.YES_NO_DISCARD;
  }

  @Override
  public Text answer(Matter matter, Matter.Verdict verdict, String by, String reason)
      throws IOException {
    Optional<MailingList> list = joining.lists().list(matter.list()).map(ListContent::list);
    if (list.isEmpty() || !(matter.about() instanceof About.Admission asked)) {
      return SAY.noList();
    }
    if (!(joining.matters().settle(matter.id(), verdict, by, reason)
        instanceof Matters.Answering.Counts)) {
      return SAY.onceOnly();
    }
    try {
      return switch (verdict) {
        case YES -> joining.joined(list.get(), asked.who(), asked.name());
        case NO -> {
          joining.refused(list.get(), asked.who(), reason);
          yield SAY.toldNo(asked.who().text());
        }
        case DISCARD, EXPIRED -> SAY.discarded(asked.who().text());
      };
    } catch (IOException e) {
      joining.matters().reopen(matter.id());
      throw e;
    }
  }
}
