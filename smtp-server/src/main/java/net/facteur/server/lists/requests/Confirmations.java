package net.facteur.server.lists.requests;

import static net.facteur.server.lists.requests.RequestsTexts.SAY;

import java.io.IOException;
import net.facteur.server.language.Text;
import net.facteur.server.lists.answers.Answered;
import net.facteur.server.lists.answers.Matter;
import net.facteur.server.lists.answers.Matter.About;

/// Carries out what addresses confirm.
public record Confirmations(Joining joining) implements Answered {
  @Override
  public boolean concerns(About about) {
    return about instanceof About.Confirmation;
  }

  @Override
  public Text question(Matter matter) {
    return matter.about() instanceof About.Confirmation asked
        ? SAY.confirmPage(asked.who().text(), matter.list().text())
        : Text.nothing();
  }

  @Override
  public Choice choice() {
    return Choice.YES;
  }

  @Override
  public Text answer(Matter matter, Matter.Verdict verdict, String by, String reason)
      throws IOException {
    return matter.about() instanceof About.Confirmation asked && verdict == Matter.Verdict.YES
        ? joining.confirmed(matter, asked, by)
        : SAY.noList();
  }
}
