package net.facteur.server.feedback;

import static net.facteur.server.feedback.FeedbackTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.feedback.ForwardMemory.Entry;
import net.facteur.server.feedback.ForwardMemory.Told;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.routing.Router;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;

/// Tells users and the postmaster of forwards that do not arrive.
///
/// @param router says whether a forwarding address has a mailbox
/// @param mail mails a notice to a user
record ForwardNotices(ForwardMemory forwards, Router router, PostmasterMail mail)
    implements Upkeep.Chore {
  private static final int SHOWN = 20;

  @Override
  public String name() {
    return "forwards";
  }

  @Override
  public String stamp() {
    return forwards.untold().toString();
  }

  @Override
  public void advance() {
    for (String target : forwards.untold()) {
      forwards.tell(target).ifPresent(entry -> tell(target, entry));
    }
  }

  private void tell(String target, Entry entry) {
    List<MailAddress> by =
        entry.by().stream()
            .filter(address -> address.indexOf('@') > 0)
            .map(
                address -> {
                  int at = address.lastIndexOf('@');
                  return new MailAddress(address.substring(0, at), address.substring(at + 1));
                })
            .toList();
    if (entry.told() == Told.NOTHING || by.isEmpty()) {
      return;
    }
    PostmasterMail atHome = mail.atHome();
    var without = new ArrayList<MailAddress>();
    for (MailAddress address : by) {
      boolean mailbox = router.hasMailbox(address);
      if (!mailbox || !atHome.tell(address, notice(target, entry, address, mailbox))) {
        without.add(address);
      }
    }
    mail.tell(forPostmaster(target, entry, by, without));
  }

  private static Notices.Notice notice(
      String target, Entry entry, MailAddress address, boolean mailbox) {
    String shown = StrangerText.of(target).onTerminal();
    boolean rests = entry.told() == Told.RESTING;
    var parts = new ArrayList<Text>();
    parts.add(rests ? SAY.forwardRests(address, shown) : SAY.forwardFails(address, shown));
    said(entry).ifPresent(parts::add);
    parts.add(
        !rests ? SAY.forwardStill() : mailbox ? SAY.forwardInMailbox() : SAY.forwardRefused());
    parts.add(SAY.forwardAsk());
    return new Notices.Notice(
        rests ? SAY.forwardRestsSubject(shown) : SAY.forwardFailsSubject(shown),
        Text.paragraphs(parts));
  }

  private static Notices.Notice forPostmaster(
      String target, Entry entry, List<MailAddress> by, List<MailAddress> without) {
    String shown = StrangerText.of(target).onTerminal();
    boolean rests = entry.told() == Told.RESTING;
    var parts = new ArrayList<Text>();
    parts.add(rests ? SAY.targetRests(shown) : SAY.targetFails(shown));
    parts.add(
        Text.lines(by.stream().limit(SHOWN).map(a -> Text.indented(Text.of(a.text()))).toList()));
    said(entry).ifPresent(parts::add);
    if (rests) {
      parts.add(without.isEmpty() ? SAY.targetInMailboxes() : SAY.targetRefused());
      if (!without.isEmpty()) {
        parts.add(
            Text.lines(
                without.stream().limit(SHOWN).map(a -> Text.indented(Text.of(a.text()))).toList()));
      }
    }
    parts.add(SAY.targetAdvice());
    parts.add(Text.of("    facteur forward list"));
    parts.add(Text.of("    facteur forward retry " + shown));
    return new Notices.Notice(
        rests ? SAY.forwardRestsSubject(shown) : SAY.forwardFailsSubject(shown),
        Text.paragraphs(parts));
  }

  private static Optional<Text> said(Entry entry) {
    String said = StrangerText.of(entry.said()).onTerminal().replace('`', '\'');
    return said.isBlank() || said.equals("-")
        ? Optional.empty()
        : Optional.of(SAY.forwardSaid(said));
  }
}
