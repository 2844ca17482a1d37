package net.facteur.server.dsn;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.MailAddress;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter.Entry;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.server.dsn.DsnSettings.Language;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.text.StrangerText;

/// The part for people.
final class PlainWords {
  /// The sentences of one language.
  private record Phrases(
      String greeting,
      String failed,
      String delayed,
      String delivered,
      String relayed,
      String expanded,
      String until,
      String said,
      String happened,
      String happenedAt,
      String passedOn,
      String accepted) {}

  private static final Phrases ENGLISH =
      new Phrases(
          "This is the mail server %s.",
          "Your message could not be delivered to:",
          "Your message has not been delivered yet to the following; you need not send it again:",
          "Your message was delivered to:",
          "Your message was passed on to a server that sends no confirmations, for:",
          "Your message was passed on to all members of:",
          "Delivery will be tried until %s.",
          "The server %s said: %s",
          "What happened: %s",
          "What happened at the server %s: %s",
          "It was passed on from there to <%s>.",
          "The message was accepted on %s; its number here is %s.");

  private static final Phrases FRENCH =
      new Phrases(
          "Ici le serveur de courrier %s.",
          "Votre message n'a pas pu être remis à :",
          "Votre message n'a pas encore été remis ; inutile de le renvoyer. Destinataires :",
          "Votre message a été remis à :",
          "Votre message a été transmis à un serveur qui n'envoie pas de confirmation, pour :",
          "Votre message a été transmis à tous les membres de :",
          "De nouveaux essais auront lieu jusqu'au %s.",
          "Le serveur %s a répondu : %s",
          "Ce qui s'est passé : %s",
          "Ce qui s'est passé avec le serveur %s : %s",
          "Il a été transféré de là à <%s>.",
          "Le message a été accepté le %s sous le numéro %s.");

  private final String hostName;

  PlainWords(String hostName) {
    this.hostName = hostName;
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
    Phrases phrases =
        switch (language) {
          case ENGLISH -> ENGLISH;
          case FRENCH -> FRENCH;
        };
    line(out, phrases.greeting.formatted(hostName));
    for (Event event : Event.values()) {
      var entries = report.entries().stream().filter(e -> e.event() == event).toList();
      if (entries.isEmpty()) {
        continue;
      }
      line(out, "");
      line(out, heading(event, phrases));
      entries.forEach(e -> entry(e, language, phrases, out));
    }
    line(out, "");
    line(out, phrases.accepted.formatted(MailDate.of(report.received()), report.id()));
  }

  private static String heading(Event event, Phrases phrases) {
    return switch (event) {
      case FAILED -> phrases.failed;
      case DELAYED -> phrases.delayed;
      case DELIVERED -> phrases.delivered;
      case RELAYED -> phrases.relayed;
      case EXPANDED -> phrases.expanded;
    };
  }

  private static void entry(Entry entry, Language language, Phrases phrases, StringBuilder out) {
    line(out, "");
    String reached = entry.recipient().address().text();
    String written = written(entry.recipient());
    line(out, "  <" + written + ">");
    if (!Ascii.equalsIgnoreCase(written, reached)) {
      line(out, "  " + phrases.passedOn.formatted(reached));
    }
    switch (entry.event()) {
      case DELIVERED, RELAYED, EXPANDED -> {}
      case FAILED, DELAYED -> {
        String why = Cause.of(entry.outcome()).words(language);
        if (!why.isEmpty()) {
          line(out, "  " + why);
        }
        line(out, "  " + reply(entry.outcome(), phrases));
        if (entry.event() == Event.DELAYED) {
          entry
              .giveUpAt()
              .map(MailDate::of)
              .ifPresent(until -> line(out, "  " + phrases.until.formatted(until)));
        }
      }
    }
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

  private static String reply(DeliveryOutcome outcome, Phrases phrases) {
    if (Said.by(outcome)) {
      return phrases.said.formatted(name(outcome), outcome.reply());
    }
    return outcome.remote().isPresent()
        ? phrases.happenedAt.formatted(name(outcome), outcome.reply())
        : phrases.happened.formatted(outcome.reply());
  }

  private static String name(DeliveryOutcome outcome) {
    return outcome.remote().map(DeliveryOutcome.RemoteHost::name).orElse("");
  }

  private static void line(StringBuilder out, String text) {
    out.append(StrangerText.of(text).inField(true)).append("\r\n");
  }

  /// The subject, in the first language.
  static String subject(Event event, Language language) {
    String words = subjectWords(event, language);
    return Ascii.isAscii(words)
        ? words
        // RFC 2047, section 2
        : "=?UTF-8?B?" + Base64.getEncoder().encodeToString(words.getBytes(UTF_8)) + "?=";
  }

  private static String subjectWords(Event event, Language language) {
    return switch (language) {
      case ENGLISH ->
          switch (event) {
            case FAILED -> "Your message could not be delivered";
            case DELAYED -> "Your message is delayed";
            case DELIVERED -> "Your message was delivered";
            case RELAYED -> "Your message was passed on";
            case EXPANDED -> "Your message was passed on to a list";
          };
      case FRENCH ->
          switch (event) {
            case FAILED -> "Votre message n'a pas pu être remis";
            case DELAYED -> "Votre message est en retard";
            case DELIVERED -> "Votre message a été remis";
            case RELAYED -> "Votre message a été transmis";
            case EXPANDED -> "Votre message a été transmis à une liste";
          };
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
