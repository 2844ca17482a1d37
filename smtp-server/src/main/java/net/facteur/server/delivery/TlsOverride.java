package net.facteur.server.delivery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// What the administrator demands for one destination, whatever that publishes.
public sealed interface TlsOverride {
  /// As the destination publishes it, or opportunistic.
  record Dane() implements TlsOverride {}

  /// DANE, or no delivery.
  record DaneOnly() implements TlsOverride {}

  /// A certificate that the authorities vouch for.
  ///
  /// @param names what it may be for, a dot in front meaning everything below; empty means the
  ///   destination's domain and every host below it
  record Secure(List<String> names) implements TlsOverride {}

  /// TLS, no matter with whom.
  record Encrypt() implements TlsOverride {}

  /// TLS where offered, policies being ignored.
  record May() implements TlsOverride {}

  /// No TLS.
  record None() implements TlsOverride {}

  /// One of these certificates or keys.
  ///
  /// @param digests SHA-256, lower-case hexadecimal without colons
  record Fingerprint(Set<String> digests) implements TlsOverride {}

  /// Reads `dane`, `dane-only`, `secure [name...]`, `encrypt`, `may`, `none` or `fingerprint
  /// sha256...`.
  static Parsed<TlsOverride> parse(String text) {
    List<String> words = List.of(text.split(" +", -1));
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "secure" -> secure(rest);
      case "fingerprint" -> fingerprint(rest);
      case "dane" -> alone(rest, new Dane());
      case "dane-only" -> alone(rest, new DaneOnly());
      case "encrypt" -> alone(rest, new Encrypt());
      case "may" -> alone(rest, new May());
      case "none" -> alone(rest, new None());
      default -> Parsed.malformed(0, "dane, dane-only, secure, encrypt, may, none or fingerprint");
    };
  }

  private static Parsed<TlsOverride> alone(List<String> rest, TlsOverride level) {
    return rest.isEmpty() ? Parsed.ok(level) : Parsed.malformed(0, "one word");
  }

  private static Parsed<TlsOverride> secure(List<String> names) {
    for (String name : names) {
      if (DomainName.parse(name.startsWith(".") ? name.substring(1) : name)
          .toOptional()
          .filter(DomainName::isHostName)
          .isEmpty()) {
        return Parsed.malformed(0, "host names after secure");
      }
    }
    return Parsed.ok(new Secure(List.copyOf(names)));
  }

  private static Parsed<TlsOverride> fingerprint(List<String> words) {
    var digests = new HashSet<String>();
    for (String word : words) {
      String digest = Ascii.lower(word).replace(":", "");
      if (digest.length() != 64 || !digest.chars().allMatch(Ascii::isHex)) {
        return Parsed.malformed(0, "SHA-256 digests of 64 hexadecimal digits after fingerprint");
      }
      digests.add(digest);
    }
    return digests.isEmpty()
        ? Parsed.malformed(0, "at least one digest after fingerprint")
        : Parsed.ok(new Fingerprint(Set.copyOf(digests)));
  }

  /// As it is written; [#parse] reads it back.
  default String text() {
    return switch (this) {
      case Dane _ -> "dane";
      case DaneOnly _ -> "dane-only";
      case Secure(List<String> names) -> joined("secure", names);
      case Encrypt _ -> "encrypt";
      case May _ -> "may";
      case None _ -> "none";
      case Fingerprint(Set<String> digests) ->
          joined("fingerprint", digests.stream().sorted().toList());
    };
  }

  private static String joined(String word, List<String> rest) {
    var words = new ArrayList<String>();
    words.add(word);
    words.addAll(rest);
    return String.join(" ", words);
  }
}
