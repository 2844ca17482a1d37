package net.facteur.queue;

/// A mailbox: local part and domain, already parsed from a path, so without angle brackets.
///
/// @param localPart as meant, not as quoted: `a b` for `"a b"@example.org`; UTF-8 allowed
/// @param domain a domain name as written (A- or U-labels, without trailing dot), or an address
///   literal in square brackets; empty only for the local `postmaster`
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2 RFC 5321, section 4.1.2: Arguments
public record MailAddress(String localPart, String domain) {
  public MailAddress {
    if (hasControl(localPart) || hasControl(domain)) {
      throw new IllegalArgumentException("control character in an address");
    }
  }

  /// The address as it stands in a path, the local part quoted where it must be.
  public String text() {
    String local = isDotString(localPart) ? localPart : quote(localPart);
    return domain.isEmpty() ? local : local + "@" + domain;
  }

  /// True where SMTPUTF8 is needed to send this address on.
  public boolean needsSmtpUtf8() {
    return !isAscii(localPart) || !isAscii(domain);
  }

  private static boolean isDotString(String s) {
    if (s.isEmpty() || s.startsWith(".") || s.endsWith(".") || s.contains("..")) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean atext =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c >= 0x80
              || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
      if (!atext) {
        return false;
      }
    }
    return true;
  }

  private static String quote(String s) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.append('"').toString();
  }

  private static boolean hasControl(String s) {
    // A stream would cost more than the rest of the constructor.
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) < ' ' || s.charAt(i) == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text();
  }
}
