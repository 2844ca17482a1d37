package net.facteur.server.limits;

import static net.facteur.server.limits.LimitsTexts.SAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.language.Text;
import net.facteur.server.limits.TheftSigns.Sign;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.text.StrangerText;

/// Mails an incident to the postmaster, to the second address of the postmaster, and to the user.
///
/// @param mail to the postmaster and to others
record IncidentNotices(PostmasterMail mail, LimitsSettings settings) implements Incident.Alarm {
  private static final int SHOWN = 100;

  @Override
  public void raise(Incident incident) {
    Notices.Notice notice = forPostmaster(incident, settings.kept());
    mail.tell(notice);
    settings.second().ifPresent(to -> mail.tell(to, notice));
    incident.account().user().ifPresent(user -> mail.tell(user, forUser(incident)));
  }

  static Notices.Notice forPostmaster(Incident incident, Duration kept) {
    String account = shown(incident.account().key());
    boolean theft = incident.reason() == Reason.THEFT;
    var parts = new ArrayList<Text>();
    parts.add(what(incident));
    if (theft) {
      parts.add(Text.lines(incident.signs().stream().sorted().map(IncidentNotices::of).toList()));
    }
    parts.add(
        switch (incident.reason()) {
          case THEFT -> SAY.heldAll();
          case SPAM -> SAY.heldSpam();
          case HOUR, DAY, NEW, UNKNOWN, OPERATOR -> SAY.heldNow();
        });
    parts.addAll(evidence(incident));
    parts.add(Text.lines(commands(incident.account(), account)));
    parts.add(SAY.goesBack(kept.toDays()));
    return new Notices.Notice(
        theft ? SAY.theftSubject(account) : SAY.heldSubject(account), Text.paragraphs(parts));
  }

  private static List<Text> commands(SendingAccount account, String shown) {
    var commands = new ArrayList<Text>();
    commands.add(SAY.look());
    commands.add(line("show", shown));
    commands.add(SAY.release());
    commands.add(line("release", shown));
    commands.add(SAY.dropIt());
    commands.add(line("drop", shown));
    if (account.kind() == SendingAccount.Kind.USER) {
      String user = shown(account.owner());
      if (account.device().isPresent()) {
        commands.add(SAY.lockDevice());
        commands.add(line("app-password revoke", user + " " + shown(account.device().get())));
      } else {
        commands.add(SAY.lock());
        commands.add(line("passwd", user));
        commands.add(line("lock", user));
      }
    }
    return commands;
  }

  /// A command on a line of its own, which nobody breaks.
  static Text line(String command, String account) {
    return Text.of("    facteur user " + command + " " + account);
  }

  static Notices.Notice forUser(Incident incident) {
    boolean theft = incident.reason() == Reason.THEFT;
    var parts = new ArrayList<Text>();
    parts.add(theft ? SAY.userTheft() : what(incident));
    if (!theft) {
      parts.add(incident.reason() == Reason.SPAM ? SAY.userHeldSpam() : SAY.userHeld());
    }
    parts.addAll(evidence(incident));
    parts.add(SAY.userWhoElse());
    return new Notices.Notice(
        theft ? SAY.userTheftSubject() : SAY.userSubject(), Text.paragraphs(parts));
  }

  private static Text what(Incident incident) {
    String account = shown(incident.account().key());
    Allowance allowance = incident.allowance();
    return switch (incident.reason()) {
      case HOUR -> SAY.hour(account, allowance.hour());
      case DAY -> SAY.day(account, allowance.day());
      case NEW -> SAY.newAddresses(account, allowance.newInDay());
      case UNKNOWN -> SAY.unknown(account);
      case SPAM -> SAY.spam(account);
      case THEFT, OPERATOR -> SAY.theft(account);
    };
  }

  private static Text of(Sign sign) {
    return Text.indented(
        switch (sign) {
          case NETWORKS -> SAY.signNetworks();
          case STRANGERS -> SAY.signStrangers();
          case UNKNOWN -> SAY.signUnknown();
          case RETURNED -> SAY.signReturned();
          case COMPLAINED -> SAY.signComplained();
          case GUESSED -> SAY.signGuessed();
        });
  }

  private static List<Text> evidence(Incident incident) {
    var parts = new ArrayList<Text>();
    if (!incident.addresses().isEmpty()) {
      parts.add(SAY.sentFrom());
      parts.add(indented(incident.addresses().stream().map(Text::of).toList()));
    }
    if (!incident.samples().isEmpty()) {
      parts.add(SAY.lastMessages());
      parts.add(indented(incident.samples().stream().map(IncidentNotices::of).toList()));
    }
    return parts;
  }

  private static Text indented(List<Text> lines) {
    return Text.lines(lines.stream().map(Text::indented).toList());
  }

  private static Text of(Incident.Sample sample) {
    String recipients =
        sample.recipients().isEmpty()
            ? "-"
            : String.join(", ", sample.recipients().stream().map(IncidentNotices::shown).toList());
    String subject = sample.subject().isBlank() ? "-" : shown(sample.subject());
    return sample.more() == 0
        ? SAY.sample(subject, recipients)
        : SAY.sampleMore(subject, recipients, sample.more());
  }

  /// What a stranger may have chosen, short and clean. A backquote would look like a command.
  private static String shown(String text) {
    String clean = StrangerText.of(text).onTerminal().replace('`', '\'');
    return clean.substring(0, Math.min(clean.length(), SHOWN));
  }
}
