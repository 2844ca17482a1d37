package net.facteur.auth.dkim;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;

/// The Agent or User Identifier of a signature, `i=`.
///
/// @param localPart before the `@`, often empty; no control characters
/// @param domain the signing domain or one below it
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.5 RFC 6376, section 3.5: The
///   DKIM-Signature Header Field
public record Auid(String localPart, DomainName domain) {

  /// Reads the value of `i=`, still quoted-printable.
  static Optional<Auid> parse(String value) {
    return QuotedPrintable.decode(value).flatMap(Auid::split);
  }

  private static Optional<Auid> split(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0 || Ascii.hasControl(text)) {
      return Optional.empty();
    }
    var domain = text.substring(at + 1).getBytes(StandardCharsets.UTF_8);
    String octets = new String(domain, StandardCharsets.ISO_8859_1);
    return DkimNames.domain(octets).map(name -> new Auid(text.substring(0, at), name));
  }

  @Override
  public String toString() {
    return localPart + "@" + domain.text();
  }
}
