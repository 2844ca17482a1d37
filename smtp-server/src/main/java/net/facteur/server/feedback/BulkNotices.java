package net.facteur.server.feedback;

import static net.facteur.server.feedback.FeedbackTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;

/// Tells whoever writes to many which of them are dead.
///
/// @param mail mails a notice to a user
record BulkNotices(BulkSenders bulk, PostmasterMail mail) implements Upkeep.Chore {
  private static final int SHOWN = 100;

  @Override
  public String name() {
    return "dead addresses";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() {
    for (BulkSenders.Due due : bulk.due()) {
      var lines = new ArrayList<Text>();
      due.dead().stream().limit(SHOWN).map(BulkNotices::line).forEach(lines::add);
      boolean _ =
          mail.tell(
              due.account(),
              new Notices.Notice(
                  SAY.bulkSubject(due.dead().size()),
                  Text.paragraphs(
                      List.of(
                          SAY.bulk(due.recipients(), due.dead().size()),
                          Text.lines(lines),
                          SAY.bulkAdvice()))));
    }
  }

  private static Text line(DeadAddresses.Listed each) {
    return Text.indented(
        SAY.deadLine(
            StrangerText.of(each.address()).onTerminal(),
            ground(each.standing().ground()),
            each.standing().since().toString().substring(0, 10)));
  }

  /// Why an address is dead, in a few words.
  private static Text ground(Ground ground) {
    return switch (ground) {
      case UNKNOWN_USER -> SAY.groundUnknownUser();
      case UNKNOWN_HOST -> SAY.groundUnknownHost();
      case MOVED -> SAY.groundMoved();
      case FULL -> SAY.groundFull();
      case DISABLED -> SAY.groundDisabled();
      case OTHER -> SAY.groundOther();
    };
  }
}
