package net.facteur.server.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;

/// What `sendmail` writes in front of a message: lines of a word, a space and a value, in UTF-8,
/// and an empty line. The first says that it is one, the last how many octets follow, so that half
/// a message is none.
///
///     facteur-sendmail 1
///     from www-data@example.org
///     to bob@example.net
///     size 1234
///
/// @param from the reverse-path; an empty text for the null one, none where the user's own is meant
/// @param name who writes, where the message has no From field
/// @param to recipients
/// @param fromHeader those that the header names, too
/// @param notifyOn when recipients want a report (RFC 3461)
/// @param returned how much of the message a report returns
/// @param envelopeId what reports are to name
/// @param size octets of the message
record Handed(
    Optional<String> from,
    Optional<String> name,
    List<String> to,
    boolean fromHeader,
    Optional<Set<Notify>> notifyOn,
    Optional<MessageTraits.Returned> returned,
    Optional<String> envelopeId,
    long size) {
  private static final String FIRST = "facteur-sendmail 1";
  private static final int MOST_LINES = 60_000;
  private static final int LONGEST = 1_024;
  private static final int MOST_DIGITS = 12;

  Handed {
    to = List.copyOf(to);
  }

  /// Reads one, and leaves the message in `in`.
  static Parsed<Handed> read(InputStream in) throws IOException {
    Optional<String> first = line(in);
    if (!first.equals(Optional.of(FIRST))) {
      return Parsed.malformed(0, "the line " + FIRST);
    }
    var lines = new Lines();
    for (int number = 1; number <= MOST_LINES; number++) {
      Optional<String> line = line(in);
      if (line.isEmpty()) {
        return Parsed.malformed(number, "a line of at most " + LONGEST + " octets");
      }
      if (line.get().isEmpty()) {
        return lines.size < 0
            ? Parsed.malformed(number, "a line with the size")
            : Parsed.ok(lines.handed());
      }
      Optional<String> wrong = lines.take(line.get());
      if (wrong.isPresent()) {
        return Parsed.malformed(number, wrong.get());
      }
    }
    return Parsed.malformed(MOST_LINES, "at most " + MOST_LINES + " lines");
  }

  /// @return empty where it is too long or not whole
  private static Optional<String> line(InputStream in) throws IOException {
    byte[] octets = new byte[LONGEST];
    for (int length = 0; length < LONGEST; length++) {
      int octet = in.read();
      if (octet < 0) {
        return Optional.empty();
      }
      if (octet == '\n') {
        return Optional.of(new String(octets, 0, length, StandardCharsets.UTF_8));
      }
      octets[length] = (byte) octet;
    }
    return Optional.empty();
  }

  private static final class Lines {
    private Optional<String> from = Optional.empty();
    private Optional<String> name = Optional.empty();
    private final List<String> to = new ArrayList<>();
    private boolean fromHeader;
    private Optional<Set<Notify>> notifyOn = Optional.empty();
    private Optional<MessageTraits.Returned> returned = Optional.empty();
    private Optional<String> envelopeId = Optional.empty();
    private long size = -1;

    Handed handed() {
      return new Handed(from, name, to, fromHeader, notifyOn, returned, envelopeId, size);
    }

    /// @return what was expected in its place
    Optional<String> take(String line) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1);
      return switch (word) {
        case "from" -> {
          from = Optional.of(value.equals("<>") ? "" : value);
          yield Optional.empty();
        }
        case "name" -> {
          name = Optional.of(value).filter(text -> !text.isBlank());
          yield Optional.empty();
        }
        case "to" -> {
          to.add(value);
          yield Optional.empty();
        }
        case "recipients-from-header" -> {
          fromHeader = true;
          yield Optional.empty();
        }
        case "notify" -> reports(value);
        case "return" -> {
          returned =
              switch (Ascii.lower(value)) {
                case "full" -> Optional.of(MessageTraits.Returned.FULL);
                case "hdrs" -> Optional.of(MessageTraits.Returned.HDRS);
                default -> Optional.empty();
              };
          yield returned.isPresent() ? Optional.empty() : Optional.of("-R full or hdrs");
        }
        case "envelope-id" -> {
          boolean xtext =
              value.length() <= 100
                  && value.chars().allMatch(c -> c > ' ' && c <= '~' && c != '+' && c != '=');
          envelopeId = Optional.of(value);
          yield xtext ? Optional.empty() : Optional.of("-V and plain characters");
        }
        case "size" -> {
          boolean number =
              !value.isEmpty()
                  && value.length() <= MOST_DIGITS
                  && value.chars().allMatch(c -> c >= '0' && c <= '9');
          size = number ? Long.parseLong(value) : -1;
          yield number ? Optional.empty() : Optional.of("a size");
        }
        default -> Optional.of("a word that is known");
      };
    }

    private Optional<String> reports(String value) {
      Set<Notify> wanted = EnumSet.noneOf(Notify.class);
      if (!Ascii.lower(value).equals("never")) {
        for (String word : Ascii.lower(value).split(",", -1)) {
          switch (word.strip()) {
            case "success" -> wanted.add(Notify.SUCCESS);
            case "failure" -> wanted.add(Notify.FAILURE);
            case "delay" -> wanted.add(Notify.DELAY);
            default -> {
              return Optional.of("-N never, or success, failure, delay");
            }
          }
        }
      }
      notifyOn = Optional.of(wanted);
      return Optional.empty();
    }
  }
}
