package net.facteur.server.accounts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.server.language.Text;

/// The text of the users file: a line for each user, one for the secret, comments.
///
/// A line that cannot be read spoils no other. It is kept as it stands, octet for octet, until
/// somebody mends it or replaces the user whose name it begins with. The same goes for all lines
/// that name one user: nobody can say which of them holds.
///
/// Comments of people stay: those above a user's line go where that line goes, all others stand
/// behind the users.
///
/// What the program writes ends with `#end`, so that a text that was cut off shows it, wherever it
/// was cut.
final class UsersText {
  static final int SECRET_OCTETS = 32;

  private static final String SECRET = "#secret ";
  private static final String TITLE = "# The users of Facteur, one";
  private static final String HEADER =
      TITLE
          + " a line, down to #end. Written by `facteur user`; the server"
          + " reads it again when it changes.";
  private static final String END = "#end";
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private UsersText() {}

  /// A line that counts for nothing: it cannot be read, or is not the only one of its user.
  ///
  /// @param number the first line is 1
  /// @param name whose line it is, where it begins with a name
  /// @param octets the line as it stands, a character for each octet
  /// @param why it cannot be read, where more can be said than that
  record Damage(int number, Optional<UserName> name, String octets, Optional<Text> why) {
    boolean isOf(UserName user) {
      return name.filter(user::equals).isPresent();
    }
  }

  /// What people wrote between the lines, a character for each octet.
  ///
  /// @param above the comments above the line of a user
  /// @param others those above no line of a user
  record Comments(Map<UserName, List<String>> above, List<String> others) {
    static final Comments NONE = new Comments(Map.of(), List.of());

    Comments {
      above = Map.copyOf(above);
      others = List.copyOf(others);
    }
  }

  /// @param damaged in their order
  /// @param cut the number of the last line, where the text ends before its end. What ends inside
  ///   the line counts for nothing: it may lack a field, half of a hash, or of a name
  /// @param secret empty where the text has none that can be used
  record Lines(
      Map<UserName, User> users,
      List<Damage> damaged,
      Optional<Integer> cut,
      Optional<byte[]> secret,
      Comments comments) {
    /// True where a line names this user, whether it can be read or not.
    boolean names(UserName user) {
      return users.containsKey(user) || damaged.stream().anyMatch(line -> line.isOf(user));
    }
  }

  /// Reads a text. Never fails.
  static Lines parse(byte[] text) {
    String octets = octets(text);
    List<String> lines = octets.lines().toList();
    boolean lastIsWhole = octets.isEmpty() || octets.endsWith("\n") || isEnd(lines.getLast());
    Map<UserName, User> users = new TreeMap<>();
    Map<UserName, Damage> first = new HashMap<>();
    List<Damage> damaged = new ArrayList<>();
    Map<UserName, List<String>> above = new HashMap<>();
    List<String> comments = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Optional<byte[]> secret = Optional.empty();
    int whole = lastIsWhole ? lines.size() : lines.size() - 1;
    for (int i = 0; i < whole; i++) {
      String line = lines.get(i);
      if (line.startsWith(SECRET)) {
        secret = secret(line.substring(SECRET.length()).strip());
      } else if (line.startsWith("#")) {
        if (!isOurs(line)) {
          comments.add(line);
        }
      } else if (!line.isBlank()) {
        Optional<User> user = decoded(line).flatMap(User::parse);
        var entry =
            new Damage(
                i + 1,
                user.map(User::name).or(() -> name(line)),
                line,
                user.isPresent() ? Optional.empty() : decoded(line).flatMap(User::fault));
        Optional<Damage> earlier =
            entry.name().flatMap(name -> Optional.ofNullable(first.putIfAbsent(name, entry)));
        if (earlier.isPresent() && users.remove(earlier.get().name().orElseThrow()) != null) {
          damaged.add(earlier.get());
        }
        if (earlier.isPresent() || user.isEmpty()) {
          damaged.add(entry);
          others.addAll(comments);
        } else {
          users.put(user.get().name(), user.get());
          above.put(user.get().name(), List.copyOf(comments));
        }
        comments.clear();
      }
    }
    others.addAll(comments);
    damaged.forEach(
        line ->
            line.name()
                .flatMap(name -> Optional.ofNullable(above.remove(name)))
                .ifPresent(others::addAll));
    damaged.sort(Comparator.comparingInt(Damage::number));
    boolean cut =
        !lastIsWhole || (promisesEnd(lines) && lines.stream().noneMatch(UsersText::isEnd));
    return new Lines(
        users,
        damaged,
        cut ? Optional.of(lines.size()) : Optional.empty(),
        secret,
        new Comments(above, others));
  }

  /// Written by the program, here or by an earlier version.
  private static boolean isOurs(String line) {
    return isEnd(line) || line.startsWith(TITLE);
  }

  private static boolean isEnd(String line) {
    return line.strip().equals(END);
  }

  private static boolean promisesEnd(List<String> lines) {
    return !lines.isEmpty() && lines.getFirst().strip().equals(HEADER);
  }

  private static String octets(byte[] text) {
    String octets = new String(text, StandardCharsets.ISO_8859_1);
    return octets.startsWith(BYTE_ORDER_MARK) ? octets.substring(BYTE_ORDER_MARK.length()) : octets;
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

  /// Writes a text.
  static byte[] format(
      byte[] secret, Collection<User> users, Collection<Damage> damaged, Comments comments) {
    var text = new StringBuilder(HEADER).append('\n');
    text.append(SECRET).append(Base64.getEncoder().encodeToString(secret)).append('\n');
    for (User user : users) {
      Stream.concat(user.formerly().stream(), Stream.of(user.name()))
          .flatMap(name -> comments.above().getOrDefault(name, List.of()).stream())
          .forEach(line -> append(text, line));
      text.append(
          new String(user.line().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      text.append('\n');
    }
    comments.others().forEach(line -> append(text, line));
    damaged.forEach(line -> append(text, line.octets()));
    text.append(END).append('\n');
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void append(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
