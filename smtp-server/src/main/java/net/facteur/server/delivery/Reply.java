package net.facteur.server.delivery;

import java.util.List;
import java.util.Optional;
import net.facteur.queue.EnhancedStatusCode;

/// A reply of the next hop. Control characters are already gone.
///
/// @param code 200 to 599
/// @param lines the text of each line, without code
record Reply(int code, List<String> lines) {
  boolean positive() {
    return code < 300;
  }

  /// True for a reply that MAIL, RCPT and the end of a message can have; 354 belongs to DATA alone.
  boolean fitsEnvelope() {
    return code < 300 || code >= 400;
  }

  boolean closing() {
    // RFC 5321, section 3.8: 421 may come at any time, and ends the session.
    return code == 421;
  }

  /// Code and text in one line, as kept for people.
  String text() {
    return code + " " + (lines.size() == 1 ? lines.getFirst() : String.join(" ", lines));
  }

  /// The enhanced status code as given, or `category.0.0` where there is none that fits the code.
  EnhancedStatusCode status() {
    return given().orElseGet(() -> EnhancedStatusCode.of(category(), 0, 0));
  }

  private int category() {
    return code < 300 ? 2 : code < 500 ? 4 : 5;
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc2034#section-4 RFC 2034, section 4: status codes and
  ///   reply codes
  private Optional<EnhancedStatusCode> given() {
    String s = lines.getFirst();
    if (s.length() < 5 || s.charAt(0) != '0' + category() || s.charAt(1) != '.') {
      return Optional.empty();
    }
    int dot = s.indexOf('.', 2);
    int end = s.indexOf(' ', 2);
    end = end < 0 ? s.length() : end;
    if (dot < 0 || dot > end) {
      return Optional.empty();
    }
    int subject = number(s, 2, dot);
    int detail = number(s, dot + 1, end);
    return subject < 0 || detail < 0
        ? Optional.empty()
        : Optional.of(EnhancedStatusCode.of(category(), subject, detail));
  }

  private static int number(String s, int from, int to) {
    if (to - from < 1 || to - from > 3) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
