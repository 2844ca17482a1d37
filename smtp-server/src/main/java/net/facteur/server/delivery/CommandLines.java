package net.facteur.server.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import net.facteur.queue.MessageContent;

/// Looks for lines in a message that a host would obey if it read them as commands.
///
/// A host that takes chunks may still forget to pass over one that comes after recipients it has
/// refused. What holds no command can be sent to it together with the envelope all the same.
final class CommandLines {
  private static final Set<String> VERBS =
      Set.of(
          "MAIL",
          "RCPT",
          "DATA",
          "BDAT",
          "BURL",
          "RSET",
          "QUIT",
          "EHLO",
          "HELO",
          "LHLO",
          "AUTH",
          "STARTTLS",
          "SEND",
          "SOML",
          "SAML",
          "TURN",
          "ETRN",
          "ATRN",
          "VRFY",
          "EXPN",
          "NOOP",
          "HELP",
          "XCLIENT",
          "XFORWARD");
  private static final int VERB_MAX = 8;
  private static final int BLOCK = 16 * 1024;

  /// The letters at the start of the line, upper case; not of interest where there are too many.
  private final StringBuilder word = new StringBuilder(VERB_MAX + 1);

  private boolean inWord = true;
  private boolean found;

  private CommandLines() {}

  /// True where a line of the message begins with the name of a command.
  static boolean in(MessageContent content) throws IOException {
    var lines = new CommandLines();
    lines.add(content.header(), content.header().length);
    try (InputStream body = content.openBody()) {
      byte[] block = new byte[(int) Math.max(1, Math.min(BLOCK, content.bodySize()))];
      for (int n = body.read(block); n > 0 && !lines.found; n = body.read(block)) {
        lines.add(block, n);
      }
    }
    lines.end();
    return lines.found;
  }

  private void add(byte[] octets, int length) {
    for (int i = 0; i < length; i++) {
      byte b = octets[i];
      if (b == '\r' || b == '\n') {
        // Whatever a host takes for the end of a line.
        end();
        inWord = true;
      } else if (inWord) {
        letter(b);
      }
    }
  }

  private void letter(byte b) {
    int upper = b >= 'a' && b <= 'z' ? b - 32 : b;
    if (upper >= 'A' && upper <= 'Z' && word.length() <= VERB_MAX) {
      word.append((char) upper);
    } else if (b == ' ' || b == '\t') {
      // Some hosts pass over white space before a command.
      if (!word.isEmpty()) {
        end();
      }
    } else {
      word.setLength(0);
      inWord = false;
    }
  }

  private void end() {
    if (!word.isEmpty()) {
      found |= VERBS.contains(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
