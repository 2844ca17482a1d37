package net.facteur.auth.spf;

/// Words of a third party on why its policy refuses a client. They are printable ASCII, at most
/// [#MAX_CHARS] characters, and empty where the domain says nothing.
///
/// Whoever shows them should say whose words they are (RFC 7208, section 6.2).
///
/// @param text safe to stand in an SMTP reply
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-6.2 RFC 7208, section 6.2: exp: Explanation
public record SpfExplanation(String text) {
  /// Longest explanation kept; the rest is cut off.
  public static final int MAX_CHARS = 1000;

  /// No explanation.
  public static final SpfExplanation NONE = new SpfExplanation("");

  public SpfExplanation {
    text = printable(text, MAX_CHARS);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /// `text` cut to `max` characters, with `?` in place of whatever is not printable ASCII.
  static String printable(String text, int max) {
    var out = new StringBuilder(Math.min(text.length(), max));
    for (int i = 0; i < text.length() && i < max; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return out.toString();
  }
}
