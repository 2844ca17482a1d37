package net.facteur.server.bounces;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.bounces.DeliveryReport.Form;
import net.facteur.server.bounces.DeliveryReport.Reported;
import net.facteur.server.mime.Entity;

/// Reads a message as a delivery report.
public final class BounceReader {
  private static final Pattern MARKUP = Pattern.compile("<(?:/?[a-zA-Z!][^@<>]{0,500})>");
  private static final Pattern BREAK =
      Pattern.compile("<(?:br|/p|/div|/tr|/td|/h[1-6])\\b[^<>]*>", Pattern.CASE_INSENSITIVE);
  private static final Pattern TO =
      Pattern.compile("^[ \\t]{0,100}To:(.*)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private BounceReader() {}

  /// What a message says of the delivery of another.
  ///
  /// @return empty where it is no report, or names nobody
  public static Optional<DeliveryReport> read(Entity message) {
    return standard(message)
        .or(() -> free(message))
        .or(
            () ->
                // A report that a gateway of the reporter's sends on as it came.
                message
                    .all()
                    .filter(part -> part.type().isMessage())
                    .flatMap(part -> part.parts().stream())
                    .flatMap(within -> standard(within).stream())
                    .findFirst());
  }

  private static Optional<DeliveryReport> standard(Entity message) {
    List<Entity> parts =
        message
            .own()
            .filter(
                part ->
                    part.type().type().equals("message/delivery-status")
                        || part.type().type().equals("message/global-delivery-status"))
            .toList();
    Optional<String> envelopeId = Optional.empty();
    Map<String, Reported> recipients = new LinkedHashMap<>();
    for (Entity part : parts) {
      StandardReport.Read read = StandardReport.of(part.text());
      envelopeId = envelopeId.or(read::envelopeId);
      read.recipients().forEach(r -> recipients.putIfAbsent(Ascii.lower(r.address()), r));
    }
    return report(message, Form.STANDARD, envelopeId, List.copyOf(recipients.values()));
  }

  private static Optional<DeliveryReport> free(Entity message) {
    String text = words(message);
    Set<String> strangers = strangers(message.header());
    FreeForm form = new FreeForm(text, strangers);
    // Some write the fields of a standard report among the words.
    StandardReport.Read embedded = StandardReport.of(form.text());
    List<Reported> recipients =
        embedded.recipients().isEmpty()
            ? form.recipients(failed(message.header()), addressed(message))
            : embedded.recipients();
    if (recipients.isEmpty()) {
      // A report that was pasted into another.
      recipients = StandardReport.of(text).recipients();
    }
    return report(message, Form.FREE, embedded.envelopeId(), recipients);
  }

  private static Optional<DeliveryReport> report(
      Entity message, Form form, Optional<String> envelopeId, List<Reported> recipients) {
    return recipients.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeliveryReport(form, envelopeId, ReturnedMessage.within(message), recipients));
  }

  /// What people read of it, up to a returned message that is a part of its own.
  private static String words(Entity message) {
    var text = new StringBuilder();
    for (Entity part : message.own().toList()) {
      if (part.type().isMessage() || part.type().type().equals("text/rfc822-headers")) {
        break;
      }
      // The parts of a multipart whose delimiters are broken are read as they stand.
      if (part.parts().isEmpty() && (part.type().isText() || part.type().isMultipart())) {
        text.append(part.type().type().equals("text/html") ? plain(part.text()) : part.text())
            .append('\n');
      }
    }
    return text.toString();
  }

  private static String plain(String html) {
    return MARKUP
        .matcher(BREAK.matcher(html).replaceAll("\n"))
        .replaceAll("")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }

  /// Exim and Gmail name the recipients in a field.
  private static List<String> failed(MessageHeader header) {
    var failed = new ArrayList<String>();
    for (HeaderField field : header.all("X-Failed-Recipients")) {
      Matcher m = Addresses.ANY.matcher(field.unfolded());
      while (m.find() && failed.size() < 1_000) {
        if (Addresses.whole(m.group())) {
          failed.add(m.group());
        }
      }
    }
    return failed;
  }

  /// Whom the report is for, and from: neither is a recipient.
  private static Set<String> strangers(MessageHeader header) {
    var strangers = new HashSet<String>();
    for (String name : List.of("To", "From", "Return-Path", "Reply-To", "Sender", "Errors-To")) {
      for (HeaderField field : header.all(name)) {
        Matcher m = Addresses.ANY.matcher(field.unfolded());
        while (m.find()) {
          strangers.add(Ascii.lower(m.group()));
        }
      }
    }
    return strangers;
  }

  /// Whom the message that came back was for, as a To field among the words says. One in a returned
  /// message does not count: that of a list names the list.
  private static List<String> addressed(Entity message) {
    String text =
        message
            .own()
            .filter(part -> part.parts().isEmpty() && part.type().isText())
            .findFirst()
            .map(Entity::text)
            .orElse("");
    Matcher field = TO.matcher(text);
    return field.find()
        ? Addresses.ANY.matcher(field.group(1)).results().map(MatchResult::group).toList()
        : List.of();
  }
}
