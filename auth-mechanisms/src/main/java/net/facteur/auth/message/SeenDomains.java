package net.facteur.auth.message;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Utf8;

/// Every domain that some reader might see in a field which the grammar of addresses does not
/// explain: whatever follows an at sign, in the text as it stands and with its encoded words
/// decoded, as written and with comments, quotes, controls and white space around dots left out. It
/// rather finds too much than too little. Linear in the length of the value.
///
/// @param domains in order, none twice, at most one more than [AuthorDomain#MAX_DOMAINS]
/// @param whole false where readers may see more than that: where the value was too long to be
///   looked through, held more domains or octets that are no UTF-8, or where a name is too long or
///   goes on with characters that are none of a domain and might be shown as such
record SeenDomains(List<DomainName> domains, boolean whole) {
  static final int MAX_CHARS = 65_536;

  private static final int MAX_DOMAIN_CHARS = 253;

  /// At signs as they stand in addresses, or pass for one: small (U+FE6B) and full-width (U+FF20).
  private static final String AT_SIGNS = "@\uFE6B\uFF20";

  /// The full stop and what counts as one between labels (UTS 46, section 2.3).
  private static final String DOTS = ".\u3002\uFF0E\uFF61";

  private static final String IPV6 = "IPv6:";

  private static final int MAX_IPV6_CHARS = 45;

  private static final Pattern DOTS_IN_A_ROW = Pattern.compile("[" + DOTS + "]{2,}");

  private static final Pattern DOT_RUN = Pattern.compile("[" + DOTS + "]+");

  SeenDomains {
    domains = List.copyOf(domains);
  }

  /// @param value one `char` per octet
  static SeenDomains in(String value) {
    var found = new Found();
    String bounded = value.length() > MAX_CHARS ? value.substring(0, MAX_CHARS) : value;
    Optional<String> characters = Utf8.ofOctets(bounded);
    String text = characters.orElse(bounded);
    found.whole = characters.isPresent() && value.length() <= MAX_CHARS;
    var forms = new LinkedHashSet<String>();
    forms.add(text);
    forms.add(EncodedWords.decode(text));
    forms.add(EncodedWords.decodeApart(text));
    int line = text.indexOf('\r');
    if (line >= 0) { // alone it ends the field, for some readers
      forms.add(EncodedWords.decode(text.substring(0, line)));
    }
    for (String shown : forms) {
      collect(shown, found);
      String bare = bare(shown);
      collect(bare, found);
      if (bare.indexOf('<') >= 0 || bare.indexOf('>') >= 0) {
        collect(bare.replace("<", "").replace(">", ""), found); // as one name, for some readers
      }
      boolean whole = found.whole;
      collect(bare.replace(" ", ""), found); // one domain to the next sign, as Python reads it
      found.whole = whole;
    }
    return new SeenDomains(
        List.copyOf(found.domains),
        found.whole && found.domains.size() <= AuthorDomain.MAX_DOMAINS);
  }

  private static final class Found {
    private final Set<DomainName> domains = new LinkedHashSet<>();
    private boolean whole;

    private boolean full() {
      return domains.size() > AuthorDomain.MAX_DOMAINS;
    }
  }

  private static void collect(String text, Found found) {
    for (int i = 0; i < text.length() && !found.full(); i++) {
      if (AT_SIGNS.indexOf(text.charAt(i)) >= 0) {
        domainAfter(text, i + 1, found);
      }
    }
  }

  private static void domainAfter(String text, int from, Found found) {
    int start = from;
    while (start < text.length() && !isDomainCharacter(text.charAt(start))) {
      if (AT_SIGNS.indexOf(text.charAt(start)) >= 0) {
        return; // it is looked at by itself
      }
      start++;
    }
    if (text.regionMatches(true, start, IPV6, 0, IPV6.length())) {
      start += IPV6.length();
      if (isIpv6(text, start)) {
        return; // RFC 5321, 4.1.3: an address literal
      }
    }
    int end = start;
    while (end < text.length()
        && end - start <= MAX_DOMAIN_CHARS
        && isDomainCharacter(text.charAt(end))) {
      end++;
    }
    if (end < text.length() && mayBeOfTheName(text.charAt(end))) {
      found.whole = false;
    }
    while (start < end && DOTS.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    String written = text.substring(start, end);
    add(DOT_RUN.matcher(written).replaceAll("."), found);
    Matcher several = DOTS_IN_A_ROW.matcher(written);
    if (several.find()) {
      add(written.substring(0, several.start()), found); // where some readers stop
    }
  }

  private static boolean isIpv6(String text, int from) {
    int end = from;
    while (end < text.length()
        && end - from < MAX_IPV6_CHARS
        && (Ascii.hexValue(text.charAt(end)) >= 0 || ":.".indexOf(text.charAt(end)) >= 0)) {
      end++;
    }
    return IpLiteral.parse6(text.substring(from, end)) instanceof Parsed.Ok<InetAddress> _;
  }

  private static void add(String name, Found found) {
    switch (DomainName.parse(name)) {
      case Parsed.Ok<DomainName>(DomainName domain) -> {
        if (!found.full() && !domain.isRoot() && !isNumber(domain)) {
          found.domains.add(domain);
        }
      }
      case Parsed.Malformed<DomainName> _ -> found.whole = found.whole && name.isEmpty();
    }
  }

  /// What a name that was cut off goes on with, or a sign beyond ASCII that looks like a dot or
  /// like nothing: a reader may see another name.
  private static boolean mayBeOfTheName(char c) {
    return isDomainCharacter(c)
        || (c > '~' && !Character.isSpaceChar(c) && AT_SIGNS.indexOf(c) < 0);
  }

  private static boolean isDomainCharacter(char c) {
    return c == '-'
        || c == '_'
        || DOTS.indexOf(c) >= 0
        || Character.isLetterOrDigit(c)
        || Character.isSurrogate(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }

  /// The end of an address literal is no top-level domain.
  private static boolean isNumber(DomainName domain) {
    return domain.labels().getLast().chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// The text without what a reader may pass over in the middle of an address: comments, quotes,
  /// escapes, controls and format characters, and white space beside a dot or an at sign.
  private static String bare(String text) {
    var out = new StringBuilder(text.length());
    boolean space = false;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth = Math.max(0, depth - 1);
      } else if (depth == 0 && (Character.isWhitespace(c) || Character.isSpaceChar(c))) {
        space = true;
      } else if (depth == 0 && !isPassedOver(c)) {
        if (space && !joins(c) && !out.isEmpty() && !joins(out.charAt(out.length() - 1))) {
          out.append(' ');
        }
        space = false;
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean joins(char c) {
    return AT_SIGNS.indexOf(c) >= 0 || DOTS.indexOf(c) >= 0;
  }

  private static boolean isPassedOver(char c) {
    return c == '"'
        || c == '\\'
        || (Character.isISOControl(c) && c != '\t' && c != '\r' && c != '\n')
        || Character.getType(c) == Character.FORMAT;
  }
}
