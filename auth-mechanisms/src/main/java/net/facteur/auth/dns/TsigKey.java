package net.facteur.auth.dns;

import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A key that name servers know us by, HMAC with SHA-256, SHA-384 or SHA-512. Prints its name only.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8945#section-4 RFC 8945, section 4: TSIG RR Format
public final class TsigKey {
  private static final int MAX_TEXT = 4096;
  private static final Pattern BIND =
      Pattern.compile("key\\s+\"?([^\"\\s{]+)\"?\\s*\\{([^}]*)}", Pattern.DOTALL);
  private static final Pattern ALGORITHM = Pattern.compile("algorithm\\s+\"?([A-Za-z0-9-]+)\"?");
  private static final Pattern SECRET = Pattern.compile("secret\\s+\"?([A-Za-z0-9+/=]+)\"?");
  private static final Pattern SHORT =
      Pattern.compile("\\s*(?:(hmac-[A-Za-z0-9]+):)?([^:\\s]+):([A-Za-z0-9+/=]+)\\s*");

  private static final String EXPECTED = "algorithm hmac-sha256, hmac-sha384 or hmac-sha512";

  private final Algorithm algorithm;
  private final DomainName name;
  private final byte[] secret;

  private TsigKey(Algorithm algorithm, DomainName name, byte[] secret) {
    this.algorithm = algorithm;
    this.name = name;
    this.secret = secret;
  }

  /// How updates are signed.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8945#section-6 RFC 8945, section 6: Algorithms and
  ///   Identifiers
  enum Algorithm {
    HMAC_SHA256,
    HMAC_SHA384,
    HMAC_SHA512;

    private static Optional<Algorithm> of(String word) {
      return Stream.of(values())
          .filter(a -> Ascii.equalsIgnoreCase(word, a.name().replace('_', '-')))
          .findFirst();
    }
  }

  /// Reads what `tsig-keygen` writes, or `name:secret` as `nsupdate -y` takes it.
  public static Parsed<TsigKey> parse(String text) {
    if (text.length() > MAX_TEXT) {
      return Parsed.malformed(MAX_TEXT, "a key file of at most 4 KiB");
    }
    Matcher bind = BIND.matcher(text);
    if (bind.find()) {
      Matcher algorithm = ALGORITHM.matcher(bind.group(2));
      Matcher secret = SECRET.matcher(bind.group(2));
      if (!algorithm.find()) {
        return Parsed.malformed(bind.start(2), EXPECTED);
      }
      return secret.find()
          ? of(algorithm.group(1), bind.group(1), secret.group(1))
          : Parsed.malformed(bind.start(2), "secret");
    }
    Matcher line = SHORT.matcher(text);
    return line.matches()
        ? of(Objects.requireNonNullElse(line.group(1), "hmac-sha256"), line.group(2), line.group(3))
        : Parsed.malformed(0, "key \"name\" { algorithm hmac-sha256; secret \"...\"; };");
  }

  private static Parsed<TsigKey> of(String word, String name, String base64) {
    Optional<Algorithm> algorithm = Algorithm.of(word);
    if (algorithm.isEmpty()) {
      return Parsed.malformed(0, EXPECTED);
    }
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return Parsed.malformed(0, "a secret in base64");
    }
    return switch (DomainName.parse(name)) {
      case Parsed.Ok<DomainName>(DomainName n) when secret.length >= 16 ->
          Parsed.ok(new TsigKey(algorithm.get(), n, secret));
      case Parsed.Ok<DomainName> _ -> Parsed.malformed(0, "a secret of at least 16 octets");
      case Parsed.Malformed<DomainName> m -> m.as();
    };
  }

  public DomainName name() {
    return name;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  byte[] secret() {
    return secret.clone();
  }

  @Override
  public String toString() {
    return "TSIG key " + name;
  }
}
