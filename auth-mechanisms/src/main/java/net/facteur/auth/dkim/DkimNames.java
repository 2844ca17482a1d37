package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;

/// Names and lists of names in tags. Text is one `char` per octet.
final class DkimNames {
  private DkimNames() {}

  /// A `domain-name`: at least two labels of letters, digits and inner hyphens. An underscore is
  /// taken too, since such names exist, and U-labels in UTF-8 are (RFC 8616, section 5).
  static Optional<DomainName> domain(String octets) {
    return name(octets).filter(name -> name.labelCount() >= 2);
  }

  /// A selector: as a domain, but of one label or more.
  static Optional<DomainName> name(String octets) {
    if (octets.isEmpty() || octets.endsWith(".")) {
      return Optional.empty();
    }
    return Utf8.ofOctets(octets)
        .flatMap(text -> DomainName.parse(text).toOptional())
        .filter(DkimNames::isPlain);
  }

  private static boolean isPlain(DomainName name) {
    String text = name.text();
    char before = '.';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean dot = c == '.';
      if ((!dot && !Ascii.isAlnum(c) && c != '-' && c != '_')
          || (dot && before == '-')
          || (c == '-' && before == '.')) {
        return false;
      }
      before = c;
    }
    return before != '-';
  }

  /// The name a key stands under.
  static Optional<DomainName> keyName(String selector, DomainName domain) {
    return domain.child(selector + "._domainkey");
  }

  /// A list with colons between, white space around them out.
  ///
  /// @return empty where an item is empty or has white space or other unfit octets inside
  static Optional<List<String>> colonList(String value) {
    var items = new ArrayList<String>();
    int start = 0;
    while (true) {
      int colon = value.indexOf(':', start);
      int end = colon < 0 ? value.length() : colon;
      int from = start;
      int to = end;
      while (from < to && isSpace(value.charAt(from))) {
        from++;
      }
      while (to > from && isSpace(value.charAt(to - 1))) {
        to--;
      }
      if (from == to) {
        return Optional.empty();
      }
      for (int i = from; i < to; i++) {
        if (!Ascii.isVisible(value.charAt(i))) {
          return Optional.empty();
        }
      }
      items.add(value.substring(from, to));
      if (colon < 0) {
        return Optional.of(items);
      }
      start = colon + 1;
    }
  }

  private static boolean isSpace(char c) {
    return Ascii.isWsp(c) || c == '\r' || c == '\n';
  }

  static boolean containsIgnoreCase(List<String> words, String word) {
    for (String each : words) {
      if (Ascii.equalsIgnoreCase(each, word)) {
        return true;
      }
    }
    return false;
  }
}
