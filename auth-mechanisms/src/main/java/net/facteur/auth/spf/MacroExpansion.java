package net.facteur.auth.spf;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;

/// Replaces macros by the parameters of one check.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-7.3 RFC 7208, section 7.3: Macro Processing
///   Details
final class MacroExpansion {
  /// How much of an expansion is kept while it grows; a domain name uses 253 of it at most.
  private static final int MAX_KEPT = 4096;

  private static final int MAX_NAME = 253;

  private final SpfRequest.Sender sender;
  private final String senderDomain;
  private final InetAddress client;
  private final String helo;
  private final String receiver;
  private final InstantSource clock;
  private final ValidatedName validatedName;

  /// Finds the `%{p}` of a domain, or `unknown`.
  interface ValidatedName {
    String of(DomainName domain);
  }

  MacroExpansion(
      SpfRequest request,
      InetAddress client,
      DomainName senderDomain,
      String receiver,
      InstantSource clock,
      ValidatedName validatedName) {
    this.sender = request.sender();
    // RFC 8616, 4: U-labels MUST be converted to A-labels, in macros too
    this.senderDomain = Ascii.isAscii(sender.domain()) ? sender.domain() : senderDomain.text();
    this.client = client;
    this.helo = request.helo();
    this.receiver = receiver;
    this.clock = clock;
    this.validatedName = validatedName;
  }

  /// True where the text uses the local-part and that is not ASCII, so that the term cannot match.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8616#section-4 RFC 8616, section 4: SPF and
  ///   Internationalized Mail
  boolean needsAsciiLocalPart(MacroString text) {
    if (Ascii.isAscii(sender.localPart())) {
      return false;
    }
    return text.tokens().stream()
        .anyMatch(
            t ->
                t instanceof MacroToken.Expand e
                    && (e.letter() == MacroToken.Letter.SENDER
                        || e.letter() == MacroToken.Letter.LOCAL_PART));
  }

  /// The target-name of a domain-spec, cut at the left to fit a domain name.
  String domainName(MacroString spec, DomainName domain) {
    var out = new StringBuilder();
    for (MacroToken token : spec.tokens()) {
      out.append(value(token, domain));
      if (out.length() > 2 * MAX_KEPT) {
        out.delete(0, out.length() - MAX_KEPT); // only its right end can matter
      }
    }
    if (!out.isEmpty() && out.charAt(out.length() - 1) == '.') {
      out.setLength(out.length() - 1);
    }
    // 7.3: the left side is truncated by removing successive labels and their following dots
    int from = 0;
    while (out.length() - from > MAX_NAME) {
      int dot = out.indexOf(".", from);
      if (dot < 0) {
        break;
      }
      from = dot + 1;
    }
    return out.substring(from);
  }

  /// The text of an explanation, as far as it is kept.
  SpfExplanation explanation(MacroString text, DomainName domain) {
    var out = new StringBuilder();
    for (MacroToken token : text.tokens()) {
      out.append(value(token, domain));
      if (out.length() > SpfExplanation.MAX_CHARS) {
        break;
      }
    }
    return new SpfExplanation(out.toString());
  }

  private String value(MacroToken token, DomainName domain) {
    return switch (token) {
      case MacroToken.Literal(String text) -> text;
      case MacroToken.Escape escape -> escape.meaning();
      case MacroToken.Expand expand -> {
        String value = transformed(letter(expand.letter(), domain), expand);
        yield expand.urlEscaped() ? urlEscaped(value) : value;
      }
    };
  }

  private String letter(MacroToken.Letter letter, DomainName domain) {
    return switch (letter) {
      case SENDER -> sender.localPart() + "@" + senderDomain;
      case LOCAL_PART -> sender.localPart();
      case SENDER_DOMAIN -> senderDomain;
      case DOMAIN -> domain.text();
      case IP -> dotted(client);
      case VALIDATED_NAME -> validatedName.of(domain);
      case IP_VERSION -> client.getAddress().length == 4 ? "in-addr" : "ip6";
      case HELO -> helo;
      case READABLE_IP -> IpLiteral.print(client);
      case RECEIVER -> receiver;
      case TIME -> Long.toString(clock.instant().getEpochSecond());
    };
  }

  /// Dotted quad, or the 32 nibbles of an IPv6 address with dots between.
  static String dotted(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return IpLiteral.print(address);
    }
    var out = new StringBuilder(63);
    for (byte octet : octets) {
      out.append(out.isEmpty() ? "" : ".");
      out.append(upperHex(octet >> 4 & 15)).append('.').append(upperHex(octet & 15));
    }
    return out.toString();
  }

  private static String transformed(String value, MacroToken.Expand expand) {
    if (expand.parts() == MacroToken.Expand.ALL_PARTS
        && !expand.reversed()
        && expand.delimiters().isEmpty()) {
      return value;
    }
    List<String> parts = split(value, expand.delimiters().isEmpty() ? "." : expand.delimiters());
    if (expand.reversed()) {
      Collections.reverse(parts);
    }
    int kept = expand.parts() == MacroToken.Expand.ALL_PARTS ? parts.size() : expand.parts();
    return String.join(".", parts.subList(Math.max(0, parts.size() - kept), parts.size()));
  }

  private static List<String> split(String value, String delimiters) {
    var parts = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      if (delimiters.indexOf(value.charAt(i)) >= 0) {
        parts.add(value.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(value.substring(start));
    return parts;
  }

  private static String urlEscaped(String value) {
    var out = new StringBuilder(value.length());
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      // RFC 3986, 2.3: unreserved
      if (Ascii.isAlnum(octet) || "-._~".indexOf(octet) >= 0) {
        out.append((char) octet);
      } else {
        out.append('%');
        out.append(upperHex(octet >> 4 & 15)).append(upperHex(octet & 15));
      }
    }
    return out.toString();
  }

  private static char upperHex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }
}
