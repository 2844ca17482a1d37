package net.facteur.server.notices;

import java.util.ArrayList;
import java.util.List;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.MaildirQuota;
import net.facteur.server.upkeep.Upkeep;

/// Tells users whose mailboxes fill up, and the postmaster of those that are nearly full.
///
/// @param mail mails a notice to a user
public record QuotaWarnings(MaildirQuota quota, PostmasterMail mail) implements Upkeep.Chore {
  private static final int NEARLY_FULL = 95;

  @Override
  public String name() {
    return "quotas";
  }

  @Override
  public String stamp() {
    return String.valueOf(quota.warns());
  }

  @Override
  public void advance() {
    List<Text> near = new ArrayList<>();
    for (MaildirQuota.Warning warning : quota.warnings()) {
      String user = warning.user();
      int at = user.lastIndexOf('@');
      String limit = mebibytes(warning.limit());
      String used = mebibytes(warning.used());
      boolean queued =
          mail.tell(
              new MailAddress(user.substring(0, at), user.substring(at + 1)),
              new Notices.Notice(
                  NoticesTexts.SAY.quotaSubject(warning.percent()),
                  Text.paragraphs(
                      NoticesTexts.SAY.quotaUsed(used, limit), NoticesTexts.SAY.quotaMakeRoom())));
      if (queued) {
        quota.told(warning);
      }
      if (warning.percent() >= NEARLY_FULL) {
        near.add(Text.of(user + ": " + used + " / " + limit));
      }
    }
    if (!near.isEmpty()) {
      mail.tell(
          new Notices.Notice(
              NoticesTexts.SAY.quotaNearSubject(),
              Text.paragraphs(
                  NoticesTexts.SAY.quotaNear(), Text.lines(near), NoticesTexts.SAY.quotaSee())));
    }
  }

  private static String mebibytes(long octets) {
    return Math.ceilDiv(octets, 1L << 20) + " MiB";
  }
}
