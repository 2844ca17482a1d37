package net.facteur.auth;

import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;

/// What strangers said, in a form in which no reader of our results takes it for one of them. The
/// grammar of the field would let them say anything within quotes; many readers look for words such
/// as `dmarc=pass` without minding quotes.
final class Told {
  private static final String ATEXT = "!#$%&'*+-/?^_`{|}~.";

  /// What a result begins with: a method of the IANA registry or of custom.
  private static final Pattern RESULT =
      Pattern.compile(
          "(?i)(auth|dkim|dkim-adsp|dkim-atps|dmarc|domainkeys|iprev|rrvs|sender-id|smime|spf|vbr"
              + "|dnswl|arc|bimi|compauth|x-[a-z-]{1,30})(\\s*(?:/\\s*[0-9]+\\s*)?)=");

  private Told() {}

  /// An address whose local part is a plain atom, or its domain alone behind an at sign.
  static String address(String text) {
    int at = text.lastIndexOf('@');
    String domain = host(text.substring(at + 1)).orElse("invalid");
    String local = at < 0 ? "" : text.substring(0, at);
    return isPlain(local) ? local + "@" + domain : at < 0 ? domain : "@" + domain;
  }

  private static boolean isPlain(String local) {
    return !local.isEmpty()
        && local.chars().allMatch(c -> Ascii.isAlnum(c) || c >= 0x80 || ATEXT.indexOf(c) >= 0);
  }

  /// A host name or address; empty for everything else.
  static Optional<String> host(String text) {
    boolean plain =
        DomainName.parse(text)
            .toOptional()
            .filter(name -> !name.isRoot())
            .filter(
                name ->
                    name.text()
                        .chars()
                        .allMatch(c -> Ascii.isAlnum(c) || c == '.' || c == '-' || c == '_'))
            .isPresent();
    String inner =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    String address = inner.regionMatches(true, 0, "IPv6:", 0, 5) ? inner.substring(5) : inner;
    return plain || IpLiteral.parse(address).toOptional().isPresent()
        ? Optional.of(text)
        : Optional.empty();
  }

  /// Words in which nothing reads like a result of its own.
  static String words(String text) {
    return RESULT.matcher(text.replace(';', ',')).replaceAll("$1$2:");
  }
}
