package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.net.Step;

/// Writes replies as lines.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.2 RFC 5321, section 4.2: SMTP Replies
final class ReplyLines {
  /// RFC 5321, 4.5.3.1.5: 512 octets with code and CRLF; 16 are kept for code and status.
  private static final int MAX_TEXT = 512 - 2 - 16;

  private ReplyLines() {}

  static Step.Reply of(SmtpReply reply) {
    return of(reply.code(), reply.status(), List.of(reply.text()), reply.close());
  }

  /// Several lines of text under one code; too long ones are broken.
  static Step.Reply of(
      int code, Optional<EnhancedStatusCode> status, List<String> texts, boolean close) {
    List<String> parts = new ArrayList<>(texts.size());
    for (String text : texts) {
      split(text, parts);
    }
    String prefix = status.map(s -> s + " ").orElse("");
    List<String> lines = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      lines.add(code + (i < parts.size() - 1 ? "-" : " ") + prefix + parts.get(i));
    }
    return new Step.Reply(lines, close);
  }

  private static void split(String text, List<String> parts) {
    String rest = text;
    // A char is at most 3 octets of UTF-8.
    while (rest.length() * 3 > MAX_TEXT
        && rest.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT) {
      int cut = MAX_TEXT / 3;
      int space = rest.lastIndexOf(' ', cut);
      if (space > 0) {
        cut = space;
      } else if (Character.isHighSurrogate(rest.charAt(cut - 1))) {
        cut--;
      }
      parts.add(rest.substring(0, cut));
      rest = rest.substring(space > 0 ? cut + 1 : cut);
    }
    parts.add(rest);
  }
}
