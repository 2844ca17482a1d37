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
  /// What a result begins with: a method of the IANA registry or of custom.
  private static final Pattern RESULT =
      Pattern.compile(
          "(?i)(auth|dkim|dkim-adsp|dkim-atps|dmarc|domainkeys|iprev|rrvs|sender-id|smime|spf|vbr"
              + "|dnswl|arc|bimi|compauth|x-[a-z-]{1,30})(\\s*(?:/\\s*[0-9]+\\s*)?)=");

  private static final Pattern ALGORITHM = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /// An equals sign stands at the end of base64 only.
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{1,64}={0,2}");

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
        && local
            .codePoints()
            .allMatch(c -> c >= 0x80 ? isShown(c) : c == '.' || (c != '=' && Ascii.isAtext(c)));
  }

  /// True for what a reader sees; C1 and the format characters are not.
  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// The algorithm of a signature, `rsa-sha256`; empty for what cannot be one.
  static Optional<String> algorithm(String text) {
    return Optional.of(text).filter(a -> ALGORITHM.matcher(a).matches());
  }

  /// The beginning of a signature; empty for what is not base64.
  static Optional<String> signature(String text) {
    return Optional.of(text).filter(b -> BASE64.matcher(b).matches());
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
