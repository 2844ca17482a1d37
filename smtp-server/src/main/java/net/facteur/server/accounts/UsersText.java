package net.facteur.server.accounts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The text of the users file: a line for each user, one for the secret, comments.
///
/// A line that cannot be read spoils no other. It is kept as it stands, octet for octet, until
/// somebody mends it or replaces the user whose name it begins with.
final class UsersText {
  static final int SECRET_OCTETS = 32;

  private static final String SECRET = "#secret ";
  private static final String HEADER =
      "# The users of Facteur, one a line. Written by `facteur user`; the server reads it again"
          + " when it changes.\n";
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private UsersText() {}

  /// A line that is not what the program writes.
  ///
  /// @param number the first line is 1
  /// @param name whose line it is, where it begins with a name
  /// @param octets the line as it stands, a character for each octet
  record Damage(int number, Optional<UserName> name, String octets) {}

  /// @param secret empty where the text has none that can be used
  record Lines(Map<UserName, User> users, List<Damage> damaged, Optional<byte[]> secret) {}

  /// Reads a text. Never fails.
  static Lines parse(byte[] text) {
    Map<UserName, User> users = new TreeMap<>();
    List<Damage> damaged = new ArrayList<>();
    Optional<byte[]> secret = Optional.empty();
    int number = 0;
    for (String octets : lines(text)) {
      number++;
      if (octets.startsWith(SECRET)) {
        secret = secret(octets.substring(SECRET.length()).strip());
      } else if (!octets.isBlank() && !octets.startsWith("#")) {
        Optional<User> user = decoded(octets).flatMap(User::parse);
        if (user.isPresent()) {
          users.put(user.get().name(), user.get());
        } else {
          damaged.add(new Damage(number, name(octets), octets));
        }
      }
    }
    return new Lines(users, damaged, secret);
  }

  private static List<String> lines(byte[] text) {
    String octets = new String(text, StandardCharsets.ISO_8859_1);
    if (octets.startsWith(BYTE_ORDER_MARK)) {
      octets = octets.substring(BYTE_ORDER_MARK.length());
    }
    return octets.lines().toList();
  }

  private static Optional<byte[]> secret(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64))
          .filter(octets -> octets.length == SECRET_OCTETS);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<UserName> name(String octets) {
    String first = octets.split("[ \t]", 2)[0];
    return decoded(first).flatMap(UserName::parse);
  }

  private static Optional<String> decoded(String octets) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// Writes a text. Damaged lines of users who are there again are left out.
  static byte[] format(byte[] secret, Collection<User> users, Collection<Damage> damaged) {
    var text = new StringBuilder(HEADER);
    text.append(SECRET).append(Base64.getEncoder().encodeToString(secret)).append('\n');
    for (User user : users) {
      text.append(
          new String(user.line().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      text.append('\n');
    }
    damaged.forEach(line -> text.append(line.octets()).append('\n'));
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
