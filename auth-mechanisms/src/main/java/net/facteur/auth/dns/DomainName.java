package net.facteur.auth.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A fully qualified DNS name in its comparable form: A-labels, ASCII lower case, no trailing dot.
///
/// Labels are 1 to 63 octets, the whole at most 253; the root is the empty name. Any printable
/// ASCII character but a dot may stand in a label, since DKIM and SPF names use `_` and a peer may
/// send anything; [#isHostName()] is the narrow test.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1035#section-2.3 RFC 1035, section 2.3: Conventions
public final class DomainName implements Comparable<DomainName> {
  /// The root of the DNS, zero labels.
  public static final DomainName ROOT = new DomainName("");

  private static final int MAX_OCTETS = 253;
  private static final int MAX_LABEL_OCTETS = 63;

  private final String text;

  private DomainName(String text) {
    this.text = text;
  }

  /// Reads a name as people and peers write it: any case, U-labels or A-labels, with or without a
  /// trailing dot. A-labels are taken as they are, since the DNS knows whether they exist.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5891#section-5 RFC 5891, section 5: Domain Name Lookup
  ///   Protocol
  public static Parsed<DomainName> parse(String input) {
    if (input.length() > 1024) {
      return Parsed.malformed(1024, "a domain name of at most 253 octets");
    }
    return Ascii.isAscii(input) ? fromAscii(input, '!') : fromUnicode(input);
  }

  private static Parsed<DomainName> fromUnicode(String input) {
    return InternationalName.toAscii(input)
        .map(ascii -> fromAscii(ascii, '!'))
        // the offset would be one of the A-labels
        .filter(name -> name instanceof Parsed.Ok<DomainName>(DomainName n) && !n.isRoot())
        .orElseGet(() -> Parsed.malformed(0, "an internationalized domain name"));
  }

  /// Reads a name that a machine put together, such as an expanded SPF macro: as [#parse], but a
  /// space may stand in a label and U-labels may not.
  public static Parsed<DomainName> parseExpanded(String input) {
    return fromAscii(input, ' ');
  }

  private static Parsed<DomainName> fromAscii(String ascii, char least) {
    if (ascii.equals(".") || ascii.isEmpty()) {
      return ascii.isEmpty() ? Parsed.malformed(0, "a domain name") : Parsed.ok(ROOT);
    }
    int end = ascii.endsWith(".") ? ascii.length() - 1 : ascii.length();
    if (end > MAX_OCTETS) {
      return Parsed.malformed(MAX_OCTETS, "a domain name of at most 253 octets");
    }
    int labelStart = 0;
    for (int i = 0; i <= end; i++) {
      char c = i == end ? '.' : ascii.charAt(i);
      if (c == '.') {
        if (i == labelStart) {
          return Parsed.malformed(i, "a label");
        }
        if (i - labelStart > MAX_LABEL_OCTETS) {
          return Parsed.malformed(labelStart + MAX_LABEL_OCTETS, "a label of at most 63 octets");
        }
        labelStart = i + 1;
      } else if (c < least || c >= 0x7f) {
        return Parsed.malformed(i, "a printable character");
      }
    }
    return Parsed.ok(new DomainName(Ascii.lower(ascii.substring(0, end))));
  }

  /// A name known to be right, such as one in the program text.
  ///
  /// @throws IllegalArgumentException where it is not
  public static DomainName of(String text) {
    return switch (parse(text)) {
      case Parsed.Ok<DomainName>(DomainName name) -> name;
      case Parsed.Malformed<DomainName>(int offset, String expected) ->
          throw new IllegalArgumentException(
              "not a domain name: " + text + " (at " + offset + ": " + expected + ")");
    };
  }

  /// The name without a trailing dot; empty for the root.
  public String text() {
    return text;
  }

  /// The same with U-labels, as people read and write it.
  public String unicode() {
    return InternationalName.toUnicode(text);
  }

  public boolean isRoot() {
    return text.isEmpty();
  }

  /// The labels, leftmost first.
  public List<String> labels() {
    if (isRoot()) {
      return List.of();
    }
    var labels = new ArrayList<String>();
    int start = 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', start)) {
      labels.add(text.substring(start, dot));
      start = dot + 1;
    }
    labels.add(text.substring(start));
    return labels;
  }

  public int labelCount() {
    if (isRoot()) {
      return 0;
    }
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '.') {
        count++;
      }
    }
    return count;
  }

  /// The name without its leftmost label; empty for the root, which has no parent.
  public Optional<DomainName> parent() {
    if (isRoot()) {
      return Optional.empty();
    }
    int dot = text.indexOf('.');
    return Optional.of(dot < 0 ? ROOT : new DomainName(text.substring(dot + 1)));
  }

  /// The name made of the `count` rightmost labels, or this one where it has no more than that.
  public DomainName suffix(int count) {
    DomainName name = this;
    for (int n = labelCount(); n > count; n--) {
      name = name.parent().orElse(ROOT);
    }
    return name;
  }

  /// The name `prefix.this`; `prefix` may hold several labels, such as `_adsp._domainkey`.
  ///
  /// @return empty where the whole would be longer than a name may be, or `prefix` is not a name
  public Optional<DomainName> child(String prefix) {
    return parse(isRoot() ? prefix : prefix + "." + text).toOptional();
  }

  /// True for `ancestor` itself and every name below it.
  public boolean isWithin(DomainName ancestor) {
    return ancestor.isRoot()
        || text.equals(ancestor.text)
        || (text.length() > ancestor.text.length()
            && text.endsWith(ancestor.text)
            && text.charAt(text.length() - ancestor.text.length() - 1) == '.');
  }

  /// True where a text, whether it is a name or not, may show this name to a reader, in whole or in
  /// part: in characters that stand for those of the name, or with signs that show nothing.
  public boolean isShownIn(String text) {
    String shown = InternationalName.shown(text);
    return shown.contains(this.text)
        || shown.contains(InternationalName.shown(InternationalName.toUnicode(this.text)));
  }

  /// True where nothing but letters, digits, hyphens and underscores stands in the labels. A reader
  /// may decode or drop other characters, such as an encoded word, and see another name.
  public boolean isPlain() {
    return isPlain(text);
  }

  static boolean isPlain(CharSequence ascii) {
    return ascii.chars().allMatch(c -> Ascii.isAlnum(c) || c == '-' || c == '.' || c == '_');
  }

  /// True where each label is letters, digits and inner hyphens only (RFC 1123, section 2.1).
  public boolean isHostName() {
    if (isRoot()) {
      return false;
    }
    for (String label : labels()) {
      if (label.startsWith("-") || label.endsWith("-")) {
        return false;
      }
      for (int i = 0; i < label.length(); i++) {
        char c = label.charAt(i);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public int compareTo(DomainName other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DomainName name && name.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text.isEmpty() ? "." : text;
  }
}
