package net.facteur.server.reception;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;

/// Where the writer of a Received field got the message from.
///
/// The grammar of RFC 5321 has the address in a comment behind the name of HELO; Exim, Exchange and
/// qmail each have a form of their own:
///
/// | form | of |
/// | --- | --- |
/// | `from HELO ([ADDRESS])`, `from HELO (NAME [ADDRESS])` | RFC 5321, Postfix, Sendmail, Facteur |
/// | `from NAME ([ADDRESS] helo=HELO)`, `from [ADDRESS] (helo=HELO)` | Exim |
/// | `from HELO (ADDRESS)` | Exchange |
/// | `from NAME (HELO HELO) (ADDRESS)` | qmail |
///
/// Names are what strangers say, so an address counts only at its place, and only if there is no
/// other that could be meant.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.4 RFC 5321, section 4.4: Trace
///   Information
sealed interface TraceSource {
  /// Another host.
  ///
  /// @param hello what it called itself
  record Host(InetAddress address, String hello) implements TraceSource {}

  /// Somebody who logged in at the writer's host.
  record User() implements TraceSource {}

  /// The writer's own host: the field names no other, or says that it was local.
  record Here() implements TraceSource {}

  /// @param value of the field, unfolded
  static Parsed<TraceSource> parse(String value) {
    return Reader.read(value);
  }

  /// Reads a field.
  final class Reader {
    private static final String ADDRESS = "(?:[Ii][Pp][Vv]6:)?([0-9A-Fa-f:.]+)";

    /// `NAME [ADDRESS]`, with a port and more behind it.
    private static final Pattern BRACKETED =
        Pattern.compile("(?:(\\S+)\\s+)?\\[" + ADDRESS + "](?::\\d+)?(?:\\s.*)?", Pattern.DOTALL);

    private static final Pattern BARE = Pattern.compile("(?:\\S+@)?([0-9A-Fa-f:.]+)");
    private static final Pattern LITERAL = Pattern.compile("\\[" + ADDRESS + "](?::\\d+)?");
    private static final Pattern EXIM = Pattern.compile("(?:helo|ident)=.*", Pattern.DOTALL);
    private static final Pattern EXIM_HELO =
        Pattern.compile("(?:^|.*\\s)helo=(\\S+).*", Pattern.DOTALL);
    private static final Pattern QMAIL_HELO = Pattern.compile("(?i)(?:HELO|EHLO)\\s+(\\S+)");

    /// RFC 3848; Exim writes it small. Web mail has its user logged in as well.
    private static final Pattern AUTHENTICATED =
        Pattern.compile("(?i)(?:ESMTP|UTF8SMTP|LMTP|UTF8LMTP)S?A|ASMTP|HTTPS?");

    private Reader() {}

    private sealed interface Item {
      record Word(String text) implements Item {}

      record Comment(String text) implements Item {}
    }

    static Parsed<TraceSource> read(String value) {
      Optional<List<Item>> items = items(value);
      if (items.isEmpty()) {
        return Parsed.malformed(0, "comments that end");
      }
      List<String> words = new ArrayList<>();
      List<String> comments = new ArrayList<>(); // between from and by
      boolean beforeBy = true;
      int bys = 0;
      for (Item item : items.get()) {
        switch (item) {
          case Item.Word(String text) -> {
            words.add(text);
            if (text.equalsIgnoreCase("by")) {
              beforeBy = false;
              bys++;
            }
          }
          case Item.Comment(String text) -> {
            if (beforeBy && !words.isEmpty()) {
              comments.add(text);
            }
          }
        }
      }
      // qmail tells of each program of its own in a comment, on top of what it says of the client
      boolean aside = words.isEmpty() && items.get().stream().anyMatch(Reader::says);
      if (aside || (bys == 1 && words.getFirst().equalsIgnoreCase("by"))) {
        return Parsed.ok(new Here());
      }
      boolean wellFormed =
          bys == 1
              && words.getFirst().equalsIgnoreCase("from")
              && words.size() > 2
              && words.get(2).equalsIgnoreCase("by");
      if (!wellFormed) {
        return Parsed.malformed(0, "from, a name, comments, and by");
      }
      String protocol = protocol(words);
      return AUTHENTICATED.matcher(protocol).matches()
          ? Parsed.ok(new User())
          : protocol.equalsIgnoreCase("local")
              ? Parsed.ok(new Here())
              : host(words.get(1), comments);
    }

    private static boolean says(Item item) {
      return item instanceof Item.Comment(String text) && !text.isEmpty();
    }

    private static Parsed<TraceSource> host(String name, List<String> comments) {
      List<InetAddress> found =
          comments.stream().flatMap(comment -> address(comment).stream()).toList();
      String hello = hello(name, comments);
      if (found.isEmpty() && !comments.isEmpty() && EXIM.matcher(comments.getFirst()).matches()) {
        found = literal(LITERAL, name, 1).stream().toList();
      }
      return found.size() == 1
          ? Parsed.ok(new Host(found.getFirst(), hello))
          : Parsed.malformed(0, "one address of the client");
    }

    private static Optional<InetAddress> address(String comment) {
      Matcher qmail = QMAIL_HELO.matcher(comment);
      if (qmail.matches() || EXIM.matcher(comment).matches()) {
        return Optional.empty();
      }
      return literal(BRACKETED, comment, 2).or(() -> literal(BARE, comment, 1));
    }

    private static Optional<InetAddress> literal(Pattern form, String text, int group) {
      Matcher m = form.matcher(text);
      return m.matches()
          ? IpLiteral.parse(m.group(group)).toOptional().map(IpLiteral::unmapped)
          : Optional.empty();
    }

    private static String hello(String name, List<String> comments) {
      for (String comment : comments) {
        for (Pattern form : List.of(EXIM_HELO, QMAIL_HELO)) {
          Matcher m = form.matcher(comment);
          if (m.matches()) {
            return m.group(1);
          }
        }
      }
      return name;
    }

    private static String protocol(List<String> words) {
      for (int i = 3; i + 1 < words.size(); i++) {
        if (words.get(i).equalsIgnoreCase("with")) {
          return words.get(i + 1);
        }
      }
      return "";
    }

    /// The words and outermost comments up to the semicolon; empty where a comment does not end.
    private static Optional<List<Item>> items(String value) {
      var items = new ArrayList<Item>();
      var text = new StringBuilder();
      int depth = 0;
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '\\' && depth > 0 && i + 1 < value.length()) {
          text.append(value.charAt(++i));
          continue;
        }
        boolean outside = depth == 0;
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth < 0) {
          return Optional.empty();
        }
        boolean ends = outside ? " \t\r\n(;".indexOf(c) >= 0 : depth == 0; // a word, or the comment
        if (!ends) {
          text.append(c);
          continue;
        }
        if (!outside) {
          items.add(new Item.Comment(text.toString().strip()));
        } else if (!text.isEmpty()) {
          items.add(new Item.Word(text.toString()));
        }
        text.setLength(0);
        if (outside && c == ';') {
          break;
        }
      }
      if (depth == 0 && !text.isEmpty()) {
        items.add(new Item.Word(text.toString()));
      }
      return depth == 0 ? Optional.of(items) : Optional.empty();
    }
  }
}
