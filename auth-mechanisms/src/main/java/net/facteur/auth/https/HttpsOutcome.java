package net.facteur.auth.https;

import net.facteur.auth.syntax.Ascii;

/// How a request ended.
public sealed interface HttpsOutcome {

  /// The host answered, whatever it said.
  ///
  /// @param status 100 to 599; a redirect is an answer like others
  /// @param contentType the field's value, empty where there is none
  record Answered(int status, String contentType, byte[] body) implements HttpsOutcome {
    /// The media type in lower case, without parameters, such as `text/plain`.
    public String mediaType() {
      int end = contentType.indexOf(';');
      String type = end < 0 ? contentType : contentType.substring(0, end);
      return Ascii.lower(Ascii.trim(type));
    }
  }

  /// No answer that can be used.
  ///
  /// @param reason one line of printable ASCII, for logs and reports
  record Failed(Cause cause, String reason) implements HttpsOutcome {}

  /// Why there is none.
  enum Cause {
    /// The name has no address, or no look-up succeeded.
    NAME,
    /// No connection, or it broke, or the time was over.
    CONNECTION,
    /// The certificate is not one for this name that the trust anchors vouch for.
    CERTIFICATE,
    /// What came is not HTTP/1.1, or its end is missing.
    PROTOCOL,
    /// The answer is larger than allowed.
    SIZE
  }
}
