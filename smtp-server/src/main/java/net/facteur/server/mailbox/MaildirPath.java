package net.facteur.server.mailbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Turns users and tags into paths that cannot leave the base.
public final class MaildirPath {
  private static final int NAME_MAX = 200;

  private final Path base;

  /// @param base the directory that holds all Maildirs
  public MaildirPath(Path base) {
    this.base = base.toAbsolutePath().normalize();
  }

  /// The Maildir of `local-part@domain`; empty where that names nobody.
  public Optional<Path> of(String user) {
    int at = user.lastIndexOf('@');
    if (at <= 0 || at == user.length() - 1) {
      return Optional.empty();
    }
    String local = safe(user.substring(0, at));
    String domain = safe(user.substring(at + 1));
    if (local.length() > NAME_MAX || domain.length() > 255) {
      return Optional.empty();
    }
    Path path = base.resolve(domain).resolve(local).resolve("Maildir").normalize();
    return path.startsWith(base) && !path.equals(base) ? Optional.of(path) : Optional.empty();
  }

  /// One path element: what is not plain is written as `=XX`, octet by octet.
  private static String safe(String text) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '+'
              || (c == '.' && !out.isEmpty());
      if (plain) {
        out.append(c);
      } else {
        out.append('=').append(hex(c >> 4)).append(hex(c));
      }
    }
    return out.toString();
  }

  private static char hex(int nibble) {
    return "0123456789ABCDEF".charAt(nibble & 15);
  }
}
