package net.facteur.server.filter.milter;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.smtp.SmtpReply;

/// What a milter answers.
sealed interface MilterReply {
  /// An answer that ends a step.
  sealed interface Final extends MilterReply {}

  /// A change, at the end of the message; more follow, and then a final answer.
  sealed interface Change extends MilterReply {}

  record Continue() implements Final {}

  /// Take the message, and ask no more about it.
  record Accept() implements Final {}

  /// Refuse, with this.
  record Refuse(SmtpReply reply) implements Final {}

  /// Take it, and throw it away.
  record Discard() implements Final {}

  /// No more of the body is wanted.
  record Skip() implements Final {}

  /// Still at work.
  record Progress() implements MilterReply {}

  record AddRecipient(String path) implements Change {}

  record DeleteRecipient(String path) implements Change {}

  record ChangeReversePath(String path) implements Change {}

  record AddField(String name, String value) implements Change {}

  /// @param index of the fields of this name, from 1
  /// @param value empty to take the field away
  record ChangeField(long index, String name, String value) implements Change {}

  /// @param index among all fields, from 0
  record InsertField(long index, String name, String value) implements Change {}

  record ReplaceBody(byte[] octets) implements Change {}

  record Quarantine(String reason) implements Change {}

  SmtpReply NOT_NOW = SmtpReply.of(451, 4, 7, 1, "Please try again later");
  SmtpReply NO = SmtpReply.of(550, 5, 7, 1, "The message is refused by policy");

  /// A reply of the milter's own: code, status code and text.
  Pattern OWN =
      Pattern.compile("([45][0-5][0-9])[ -](?:([45])\\.([0-9]{1,3})\\.([0-9]{1,3}) ?)?(.*)");

  /// Reads an answer.
  ///
  /// @return malformed, with what was expected, for anything else
  static Parsed<MilterReply> parse(Packet packet) {
    return switch (packet.command()) {
      case 'c' -> Parsed.ok(new Continue());
      case 'a' -> Parsed.ok(new Accept());
      case 'd' -> Parsed.ok(new Discard());
      case 'r' -> Parsed.ok(new Refuse(NO));
      case 't' -> Parsed.ok(new Refuse(NOT_NOW));
      case '4', 'f' -> Parsed.ok(new Refuse(NOT_NOW.closing()));
      case 's' -> Parsed.ok(new Skip());
      case 'p' -> Parsed.ok(new Progress());
      case 'y' -> own(packet);
      case '+', '2' -> path(packet, AddRecipient::new);
      case '-' -> path(packet, DeleteRecipient::new);
      case 'e' -> path(packet, ChangeReversePath::new);
      case 'h' -> field(packet, 0, (_, name, value) -> new AddField(name, value));
      case 'm' -> field(packet, 4, ChangeField::new);
      case 'i' -> field(packet, 4, InsertField::new);
      case 'b' -> Parsed.ok(new ReplaceBody(packet.data()));
      case 'q' -> Parsed.ok(new Quarantine(String.join(" ", packet.words(0))));
      default -> Parsed.malformed(0, "an answer of a milter");
    };
  }

  private static Parsed<MilterReply> own(Packet packet) {
    String text = String.join(" ", packet.words(0));
    int end = text.indexOf('\n');
    // Of several lines, the first one says it.
    Matcher m = OWN.matcher((end < 0 ? text : text.substring(0, end)).replace("\r", ""));
    if (!m.matches()) {
      return Parsed.malformed(1, "a reply with 4xx or 5xx");
    }
    int code = Integer.parseInt(m.group(1));
    int category = code / 100;
    boolean fits = m.group(2) != null && Integer.parseInt(m.group(2)) == category;
    String words = printable(m.group(5));
    return Parsed.ok(
        new Refuse(
            SmtpReply.of(
                code,
                category,
                fits ? Integer.parseInt(m.group(3)) : 7,
                fits ? Integer.parseInt(m.group(4)) : 1,
                words.isEmpty() ? (category == 4 ? NOT_NOW.text() : NO.text()) : words)));
  }

  /// A milter may repeat what a stranger wrote.
  private static String printable(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < 400; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 127 ? c : '?');
    }
    return Ascii.trim(out.toString());
  }

  /// Makes a change of a path.
  interface OfPath {
    MilterReply of(String path);
  }

  /// Makes a change of a field.
  interface OfField {
    MilterReply of(long index, String name, String value);
  }

  private static Parsed<MilterReply> path(Packet packet, OfPath change) {
    List<String> words = packet.words(0);
    return words.isEmpty() ? Parsed.malformed(1, "a path") : Parsed.ok(change.of(words.getFirst()));
  }

  private static Parsed<MilterReply> field(Packet packet, int at, OfField change) {
    long index = at == 0 ? 0 : packet.number(0);
    List<String> words = packet.words(Math.min(at, packet.data().length));
    return index < 0 || words.isEmpty()
        ? Parsed.malformed(1, "the name of a field")
        : Parsed.ok(change.of(index, words.getFirst(), words.size() > 1 ? words.get(1) : ""));
  }
}
