package net.facteur.queue.sql;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Finds the Message-ID in a header section, by which people ask for their mail.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4 RFC 5322, section 3.6.4:
///   Identification Fields
final class MessageIdField {
  private static final byte[] NAME = "message-id".getBytes(StandardCharsets.ISO_8859_1);
  private static final int LONGEST = 998;

  private MessageIdField() {}

  /// The first one, without its angle brackets; empty where there is none that can be read.
  static Optional<String> of(byte[] header) {
    for (int line = 0; line < header.length; line = next(header, line)) {
      int colon = colon(header, line);
      if (colon >= 0) {
        return value(header, colon + 1);
      }
    }
    return Optional.empty();
  }

  private static int next(byte[] header, int from) {
    int i = from;
    while (i < header.length && header[i] != '\n') {
      i++;
    }
    return i + 1;
  }

  /// Where the colon of a Message-ID field stands that begins at `line`, or -1.
  private static int colon(byte[] header, int line) {
    int i = line;
    for (byte wanted : NAME) {
      int c = i < header.length ? header[i++] : 0;
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != wanted) {
        return -1;
      }
    }
    while (i < header.length && (header[i] == ' ' || header[i] == '\t')) {
      i++;
    }
    return i < header.length && header[i] == ':' ? i : -1;
  }

  private static Optional<String> value(byte[] header, int from) {
    int start = -1;
    for (int i = from; i < header.length && i < from + LONGEST; i++) {
      if (header[i] == '<') {
        start = i + 1;
      } else if (header[i] == '>' && start >= 0) {
        return Optional.of(new String(header, start, i - start, StandardCharsets.UTF_8));
      } else if (header[i] == '\n'
          && (i + 1 == header.length || (header[i + 1] != ' ' && header[i + 1] != '\t'))) {
        return Optional.empty();
      } else if (header[i] < ' ' && header[i] >= 0) {
        start = -1;
      }
    }
    return Optional.empty();
  }
}
