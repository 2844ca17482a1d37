package net.facteur.server.submission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;

/// Writes an address field anew that its author's program wrote against the grammar, where only one
/// thing can have been meant: names with `@ [ ] , . : ;` get their quotes, `x..y@example.org` and
/// `x.@example.org` too, and an address without a domain gets that of its author.
///
/// Works on one `char` per octet. What cannot be read stays unread: the caller decides.
final class AddressRepair {
  private static final Pattern ENCODED_WORD =
      Pattern.compile("=\\?[^?\\s]{1,60}\\?[bBqQ]\\?[^?\\s]{0,500}\\?=");
  private static final Pattern LOCAL_PART =
      Pattern.compile("[^\\s\\x00-\\x20\\x7f\"(),:;<>@\\[\\]\\\\]{1,64}");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "\\[[!-Z^-~]{1,60}\\]|[^\\s\\x00-\\x20\\x7f\"(),:;<>@\\[\\]\\\\.]+(\\.[^\\s\\x00-\\x20\\x7f\"(),:;<>@\\[\\]\\\\.]+)*");
  private static final Pattern VISIBLE =
      Pattern.compile(
          "[^\\s\\x00-\\x20\\x7f\"(),:;<>@]{1,64}@[^\\s\\x00-\\x20\\x7f\"(),:;<>@\\[\\]]{1,255}");
  private static final Pattern COMMENT = Pattern.compile("\\([^()\\\\]*\\)");
  private static final int MAX_ELEMENTS = 2_000;

  private final String in;
  private final Optional<String> domain;
  private final List<String> out = new ArrayList<>();

  /// Text before an address that is not yet known to be a name.
  private String pending = "";

  private AddressRepair(String in, Optional<String> domain) {
    this.in = in;
    this.domain = domain;
  }

  /// The value that says the same and is well-formed.
  ///
  /// @param value of the field, unfolded
  /// @param domain of addresses that have none
  /// @return empty where it cannot be read
  static Optional<String> repair(String value, Optional<String> domain) {
    var repair = new AddressRepair(value, domain);
    return repair.read()
        ? Optional.of(String.join(",\r\n ", repair.out)).filter(StrictAddresses::wellFormed)
        : Optional.empty();
  }

  /// Every address that a reader could see in a value that cannot be read.
  static List<String> visible(String value) {
    return VISIBLE.matcher(value).results().map(found -> found.group()).toList();
  }

  private boolean read() {
    Matcher encodedWord = ENCODED_WORD.matcher(in);
    int start = 0;
    int at = 0;
    while (at < in.length()) {
      char c = in.charAt(at);
      if (c == '"') {
        int end = quotedEnd(at);
        at = end < 0 ? at + 1 : end;
      } else if (c == '(') {
        int end = commentEnd(at);
        at = end < 0 ? at + 1 : end;
      } else if (c == '=' && encodedWord.region(at, in.length()).lookingAt()) {
        at = encodedWord.end(); // its commas part nothing
      } else if (c == ',' || c == ';') {
        if (!bare(in.substring(start, at), c)) {
          return false;
        }
        at++;
        start = at;
      } else if (c == '<') {
        int close = in.indexOf('>', at);
        if (close < 0 || !angle(in.substring(start, at), in.substring(at + 1, close))) {
          return false;
        }
        at = afterAngle(close + 1);
        start = at;
      } else {
        at++;
      }
      if (out.size() > MAX_ELEMENTS || at < 0) {
        return false;
      }
    }
    return bare(in.substring(start), ',') && flush() && !out.isEmpty();
  }

  /// Behind an address in brackets come a comma, a comment, or the next element.
  private int afterAngle(int from) {
    int at = from;
    while (at < in.length() && Ascii.isWsp(in.charAt(at))) {
      at++;
    }
    if (at < in.length() && in.charAt(at) == '(') {
      int end = commentEnd(at);
      if (end < 0 || !COMMENT.matcher(in.substring(at, end)).matches()) {
        return -1;
      }
      out.add(out.removeLast() + " " + in.substring(at, end));
      return afterAngle(end);
    }
    if (at == in.length()) {
      return at;
    }
    return in.charAt(at) == ',' || in.charAt(at) == ';' ? at + 1 : -1;
  }

  /// Text between commas without brackets: an address, or a piece of the next one's name.
  private boolean bare(String text, char end) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return true;
    }
    Matcher comment = COMMENT.matcher(trimmed);
    String without = comment.replaceAll(" ").strip();
    Optional<String> address = address(without, Optional.empty());
    if (address.isPresent()) {
      comment.reset();
      String said = comment.find() ? " " + comment.group() : "";
      if (!flush()) {
        return false;
      }
      out.add(address.get() + said);
      return true;
    }
    pending += trimmed + (end == ';' ? ";" : ",") + " ";
    return true;
  }

  /// What was pending is no name: then it must be local addresses.
  private boolean flush() {
    if (pending.isEmpty()) {
      return true;
    }
    for (String word : pending.split("[,;]", 0)) {
      // `root (Cron Daemon)`
      Matcher comment = COMMENT.matcher(word);
      String said = comment.find() ? " " + comment.group() : "";
      String trimmed = comment.replaceAll(" ").strip();
      Optional<String> address = address(trimmed, domain);
      if (address.isEmpty() && !word.isBlank()) {
        return false;
      }
      address.ifPresent(a -> out.add(a + said));
    }
    pending = "";
    return true;
  }

  private boolean angle(String before, String inside) {
    Optional<String> address = address(inside.strip(), domain);
    if (address.isEmpty()) {
      return false;
    }
    String name = (pending + before.strip()).strip();
    pending = "";
    out.add(name.isEmpty() ? "<" + address.get() + ">" : phrase(name) + " <" + address.get() + ">");
    return true;
  }

  /// The address as it must be written.
  private static Optional<String> address(String text, Optional<String> domain) {
    if (StrictAddresses.addressAlone(text)) {
      return Optional.of(text);
    }
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return domain.filter(_ -> LOCAL_PART.matcher(text).matches()).map(d -> local(text) + "@" + d);
    }
    String localPart = text.substring(0, at);
    String name = text.substring(at + 1);
    return LOCAL_PART.matcher(localPart).matches() && DOMAIN.matcher(name).matches()
        ? Optional.of(local(localPart) + "@" + name)
        : Optional.empty();
  }

  private static String local(String text) {
    boolean dotAtom = !text.startsWith(".") && !text.endsWith(".") && !text.contains("..");
    return dotAtom ? text : quote(text);
  }

  /// A name as a phrase: whole in quotes, but for encoded words, which quotes would spoil.
  private static String phrase(String name) {
    if (StrictAddresses.wellFormed(name + " <a@b>")) {
      return name;
    }
    if (!ENCODED_WORD.matcher(name).find()) {
      return quote(unquoted(name));
    }
    var words = new ArrayList<String>();
    var plain = new StringBuilder();
    for (String word : name.split("[ \t]+", 0)) {
      if (ENCODED_WORD.matcher(word).matches()) {
        quoteInto(words, plain);
        words.add(escaped(word));
      } else {
        plain.append(plain.isEmpty() ? "" : " ").append(word);
      }
    }
    quoteInto(words, plain);
    return String.join(" ", words);
  }

  private static void quoteInto(List<String> words, StringBuilder plain) {
    if (!plain.isEmpty()) {
      words.add(quote(unquoted(plain.toString())));
      plain.setLength(0);
    }
  }

  /// RFC 2047, 5: of an encoded word in a phrase, Q may hold few characters as they are.
  private static String escaped(String word) {
    int start = word.indexOf('?', word.indexOf('?', 2) + 1) + 1;
    var out = new StringBuilder(word.substring(0, start));
    for (int i = start; i < word.length() - 2; i++) {
      char c = word.charAt(i);
      out.append(Ascii.isUtf8Atext(c) ? "" + c : "=%02X".formatted((int) c));
    }
    return out.append("?=").toString();
  }

  /// The text with the quotes of its quoted strings taken off.
  private static String unquoted(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        out.append(text.charAt(++i));
      } else if (c != '"') {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private int quotedEnd(int from) {
    for (int i = from + 1; i < in.length(); i++) {
      char c = in.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i + 1;
      }
    }
    return -1;
  }

  private int commentEnd(int from) {
    int depth = 0;
    for (int i = from; i < in.length(); i++) {
      char c = in.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
