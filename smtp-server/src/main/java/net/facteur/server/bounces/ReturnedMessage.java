package net.facteur.server.bounces;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.mime.Entity;

/// What is left of the message that a report is about.
///
/// @param messageId without brackets
/// @param listId of the mailing list that sent it, without brackets
/// @param ids words behind `id` in its Received fields, the newest first: one of them may be a
///   queue id of ours
public record ReturnedMessage(
    Optional<String> messageId, Optional<String> listId, List<String> ids) {
  /// Nothing is left.
  public static final ReturnedMessage NOTHING =
      new ReturnedMessage(Optional.empty(), Optional.empty(), List.of());

  private static final int MAX_RECEIVED = 20;
  private static final Pattern ID = Pattern.compile("\\sid ([A-Za-z0-9.-]{4,80})");
  private static final Pattern RECEIVED =
      Pattern.compile(
          "^>?\\s?Received:((?:.{0,1000}\\n[ \\t]){0,20}.{0,1000})",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  private static final Pattern MESSAGE_ID =
      Pattern.compile(
          "^>?\\s?Message-ID:\\s{0,10}<([^<>\\s]{1,250})>",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  public ReturnedMessage {
    ids = List.copyOf(ids);
  }

  /// The message that a report returns, whole, or its header alone, or among the words.
  static ReturnedMessage within(Entity report) {
    List<Entity> parts = report.own().toList();
    for (Entity part : parts) {
      if (part.type().isMessage() && !part.parts().isEmpty()) {
        return of(part.parts().getFirst().header());
      }
      // text/rfc822-headers, and how some spell it
      if (part.type().type().startsWith("text/rfc822-header")) {
        return of(StandardReport.header(part.text()));
      }
    }
    for (Entity part : parts) {
      if (part.parts().isEmpty()) {
        ReturnedMessage found = of(part.text());
        if (!found.equals(NOTHING)) {
          return found;
        }
      }
    }
    return NOTHING;
  }

  static ReturnedMessage of(MessageHeader header) {
    var ids = new ArrayList<String>();
    header.all("Received").stream()
        .limit(MAX_RECEIVED)
        .forEach(field -> add(ids, field.unfolded()));
    return new ReturnedMessage(bare(header, "Message-ID"), bare(header, "List-Id"), ids);
  }

  private static ReturnedMessage of(String text) {
    var ids = new ArrayList<String>();
    RECEIVED.matcher(text).results().limit(MAX_RECEIVED).forEach(m -> add(ids, m.group(1)));
    Matcher id = MESSAGE_ID.matcher(text);
    return new ReturnedMessage(
        id.find() ? Optional.of(id.group(1)) : Optional.empty(), Optional.empty(), ids);
  }

  private static void add(List<String> ids, String received) {
    Matcher m = ID.matcher(received);
    if (m.find()) {
      ids.add(m.group(1));
    }
  }

  private static Optional<String> bare(MessageHeader header, String name) {
    return header
        .first(name)
        .map(HeaderField::unfolded)
        .filter(text -> !text.isBlank())
        .map(Addresses::bare);
  }
}
