package net.facteur.server.bounces;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.mime.Entity;

/// Reads a message as a complaint: the Abuse Reporting Format, and what Microsoft's junk mail
/// reporting program sends, which attaches the message and names the recipient in a field of it.
public final class FeedbackReader {
  private static final int MAX_RECIPIENTS = 1_000;
  private static final Pattern REPORT_TYPE =
      Pattern.compile(";\\s*report-type\\s*=\\s*\"?feedback-report\"?", Pattern.CASE_INSENSITIVE);
  private static final String MICROSOFT_RECIPIENT = "X-HmXmrOriginalRecipient";

  private FeedbackReader() {}

  /// What a message turned out to be.
  public sealed interface Outcome {
    /// A complaint.
    record Report(FeedbackReport report) implements Outcome {}

    /// It means to be one, and breaks the format.
    ///
    /// @param why what was expected
    record Malformed(String why) implements Outcome {}

    /// Something else.
    enum Other implements Outcome {
      OTHER
    }
  }

  /// Reads a message.
  public static Outcome read(Entity message) {
    Optional<Entity> part =
        message.own().filter(p -> p.type().type().equals("message/feedback-report")).findFirst();
    if (part.isEmpty()) {
      return microsoft(message).<Outcome>map(Outcome.Report::new).orElse(Outcome.Other.OTHER);
    }
    // RFC 5965, 2: (b) the report-type parameter MUST be "feedback-report"
    boolean typed =
        message
            .header()
            .first("Content-Type")
            .filter(field -> REPORT_TYPE.matcher(field.unfolded()).find())
            .isPresent();
    if (!typed) {
      return new Outcome.Malformed("report-type=feedback-report expected in Content-Type");
    }
    MessageHeader fields = StandardReport.header(part.get().text());
    // RFC 5965, 3.1: Feedback-Type, User-Agent and Version MUST be there
    for (String name : List.of("Feedback-Type", "Version")) {
      if (value(fields, name).isEmpty()) {
        return new Outcome.Malformed(name + " expected in message/feedback-report");
      }
    }
    return new Outcome.Report(
        new FeedbackReport(
            Ascii.lower(value(fields, "Feedback-Type").orElse("")),
            value(fields, "Original-Mail-From").map(Addresses::bare),
            addresses(fields, "Original-Rcpt-To"),
            addresses(fields, "Removal-Recipient"),
            ReturnedMessage.within(message)));
  }

  private static Optional<FeedbackReport> microsoft(Entity message) {
    return message
        .own()
        .filter(part -> part.type().isMessage() && !part.parts().isEmpty())
        .map(part -> part.parts().getFirst().header())
        .filter(header -> header.first(MICROSOFT_RECIPIENT).isPresent())
        .findFirst()
        .map(
            header ->
                new FeedbackReport(
                    "abuse",
                    value(header, "Return-Path").map(Addresses::bare),
                    addresses(header, MICROSOFT_RECIPIENT),
                    List.of(),
                    ReturnedMessage.of(header)));
  }

  private static Optional<String> value(MessageHeader header, String name) {
    return header.first(name).map(HeaderField::unfolded).filter(text -> !text.isBlank());
  }

  private static List<String> addresses(MessageHeader header, String name) {
    return header.all(name).stream()
        .map(field -> Addresses.bare(field.unfolded()))
        .filter(text -> text.contains("@") && Addresses.whole(text))
        .limit(MAX_RECIPIENTS)
        .toList();
  }
}
