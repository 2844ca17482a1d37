package net.facteur.server.feedback;

import static net.facteur.server.feedback.FeedbackTexts.SAY;

import java.util.List;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster whose mail recipients complain of, once a day for each account.
record ComplaintNotices(SendingLimits limits, PostmasterMail mail) implements Upkeep.Chore {
  @Override
  public String name() {
    return "complaints";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() {
    for (SendingLimits.Complaints each : limits.newComplaints()) {
      mail.tell(
          new Notices.Notice(
              SAY.complaintsSubject(each.account()),
              Text.paragraphs(
                  List.of(
                      SAY.complaints(each.account(), each.inDay(), each.inMonth()),
                      SAY.complaintsAdvice(),
                      Text.of("    facteur user show " + each.account())))));
    }
  }
}
