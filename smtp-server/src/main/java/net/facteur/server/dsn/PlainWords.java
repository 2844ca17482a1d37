package net.facteur.server.dsn;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.MailAddress;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter.Entry;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.server.explanations.About;
import net.facteur.server.explanations.Cause;
import net.facteur.server.explanations.Explained;
import net.facteur.server.explanations.Explanation;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.smtp.EncodedWords;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.text.StrangerText;

/// The part for people.
final class PlainWords {
  private static final DsnTexts SAY = DsnTexts.SAY;

  private final String hostName;
  private final Explanations explanations;

  PlainWords(String hostName, Explanations explanations) {
    this.hostName = hostName;
    this.explanations = explanations;
  }

  String text(Report report, List<Language> languages) {
    var out = new StringBuilder();
    for (Language language : languages) {
      if (!out.isEmpty()) {
        out.append("\r\n----\r\n\r\n");
      }
      one(report, language, out);
    }
    return out.toString();
  }

  private void one(Report report, Language language, StringBuilder out) {
    line(out, SAY.greeting(hostName).in(language));
    for (Event event : Event.values()) {
      var entries = report.entries().stream().filter(e -> e.event() == event).toList();
      if (entries.isEmpty()) {
        continue;
      }
      line(out, "");
      line(out, heading(event).in(language));
      entries.forEach(e -> entry(e, language, out));
    }
    line(out, "");
    line(out, SAY.accepted(MailDate.of(report.received()), report.id().toString()).in(language));
  }

  private static Text heading(Event event) {
    return switch (event) {
      case FAILED -> SAY.failed();
      case DELAYED -> SAY.delayed();
      case DELIVERED -> SAY.delivered();
      case RELAYED -> SAY.relayed();
      case EXPANDED -> SAY.expanded();
    };
  }

  private void entry(Entry entry, Language language, StringBuilder out) {
    line(out, "");
    String reached = entry.recipient().address().text();
    String written = written(entry.recipient());
    line(out, "  <" + written + ">");
    if (!Ascii.equalsIgnoreCase(written, reached)) {
      line(out, "  " + SAY.passedOn(reached).in(language));
    }
    switch (entry.event()) {
      case DELIVERED, RELAYED, EXPANDED -> {}
      case FAILED, DELAYED -> {
        Explained explained = explanations.of(entry.outcome());
        words(explained.cause()).ifPresent(why -> line(out, "  " + why.in(language)));
        explained.entry().ifPresent(its -> explain(its, language, out));
        line(out, "  " + reply(entry.outcome()).in(language));
        if (entry.event() == Event.DELAYED) {
          entry
              .giveUpAt()
              .map(MailDate::of)
              .ifPresent(until -> line(out, "  " + SAY.until(until).in(language)));
        }
      }
    }
  }

  /// What the table knows more of it; what is to be done here is the postmaster's.
  private static void explain(Explanation its, Language language, StringBuilder out) {
    if (its.providers().isEmpty() && its.about() != About.US) {
      return;
    }
    Explanation.Words words = its.in(language);
    line(out, "  " + SAY.meaning(words.title(), words.why()).in(language));
    if (its.about() == About.US) {
      String page = its.url().map(url -> " " + url).orElse("");
      line(out, "  " + SAY.forPostmaster(words.remedy() + page).in(language));
    }
  }

  /// What happened and what to do; empty where nothing is known.
  static Optional<Text> words(Cause cause) {
    return switch (cause) {
      case NO_USER -> Optional.of(SAY.noUser());
      case DISABLED -> Optional.of(SAY.disabled());
      case NO_DOMAIN -> Optional.of(SAY.noDomain());
      case FULL -> Optional.of(SAY.full());
      case UNWANTED -> Optional.of(SAY.unwanted());
      case TOO_LARGE -> Optional.of(SAY.tooLarge());
      case BLOCKED -> Optional.of(SAY.blocked());
      case UNAUTHENTICATED -> Optional.of(SAY.unauthenticated());
      case NO_NAME -> Optional.of(SAY.noName());
      case BAD_SENDER -> Optional.of(SAY.badSender());
      case SPAM -> Optional.of(SAY.spam());
      case TOO_FAST -> Optional.of(SAY.tooFast());
      case GREYLISTED -> Optional.of(SAY.greylisted());
      case BUSY -> Optional.of(SAY.busy());
      case NO_RELAY -> Optional.of(SAY.noRelay());
      case LOOP -> Optional.of(SAY.loop());
      case NO_TLS -> Optional.of(SAY.noTls());
      case REFUSED -> Optional.of(SAY.refused());
      case UNREACHABLE -> Optional.of(SAY.unreachable());
      case UNKNOWN -> Optional.empty();
    };
  }

  /// The address that the sender wrote to.
  private static String written(Recipient recipient) {
    return recipient
        .originalRecipient()
        .flatMap(OriginalRecipient::address)
        .filter(address -> !address.isBlank())
        .or(() -> recipient.forwarders().stream().findFirst().map(MailAddress::text))
        .orElseGet(() -> recipient.address().text());
  }

  private static Text reply(DeliveryOutcome outcome) {
    if (Explanations.isSaidBy(outcome)) {
      return SAY.said(name(outcome), outcome.reply());
    }
    return outcome.remote().isPresent()
        ? SAY.happenedAt(name(outcome), outcome.reply())
        : SAY.happened(outcome.reply());
  }

  private static String name(DeliveryOutcome outcome) {
    return outcome.remote().map(DeliveryOutcome.RemoteHost::name).orElse("");
  }

  private static void line(StringBuilder out, String text) {
    out.append(StrangerText.of(text).inField(true)).append("\r\n");
  }

  /// The subject, in the first language.
  static String subject(Event event, Language language) {
    return EncodedWords.of(subject(event).in(language));
  }

  private static Text subject(Event event) {
    return switch (event) {
      case FAILED -> SAY.subjectFailed();
      case DELAYED -> SAY.subjectDelayed();
      case DELIVERED -> SAY.subjectDelivered();
      case RELAYED -> SAY.subjectRelayed();
      case EXPANDED -> SAY.subjectExpanded();
    };
  }

  /// When a report is about several things, the worst gives the subject.
  static Event worst(List<Entry> entries) {
    Event worst = Event.EXPANDED;
    for (Entry e : entries) {
      if (e.event().compareTo(worst) < 0) {
        worst = e.event();
      }
    }
    return worst;
  }
}
