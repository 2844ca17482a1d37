package net.facteur.auth.mtasts;

import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A host, or with `*.` in front every name with one label more.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-4.1 RFC 8461, section 4.1: MX Host
///   Validation
public record MxPattern(boolean wildcard, DomainName name) {

  /// Reads `mail.example.com` or `*.example.com`. U-labels are refused: RFC 8461, section 3.2 wants
  /// A-labels.
  public static Parsed<MxPattern> parse(String text) {
    boolean wildcard = text.startsWith("*.");
    String name = wildcard ? text.substring(2) : text;
    if (!Ascii.isAscii(name)) {
      return Parsed.malformed(0, "a host name in A-labels");
    }
    return switch (DomainName.parse(name)) {
      case Parsed.Malformed<DomainName>(int offset, String expected) ->
          Parsed.malformed(offset + (wildcard ? 2 : 0), expected);
      case Parsed.Ok<DomainName>(DomainName host) ->
          host.isHostName()
              ? Parsed.ok(new MxPattern(wildcard, host))
              : Parsed.malformed(0, "a host name");
    };
  }

  /// True where the pattern allows `host`; the wildcard stands for exactly one label.
  public boolean matches(DomainName host) {
    return wildcard ? host.parent().map(name::equals).orElse(false) : host.equals(name);
  }

  @Override
  public String toString() {
    return (wildcard ? "*." : "") + name.text();
  }
}
