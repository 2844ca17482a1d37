package net.facteur.server.tls;

import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// A certificate or key file cannot be used. The message is for the administrator, in English: it
/// names the file and what to do about it, and holds nothing of the key. Whoever knows the reader
/// takes [#said].
public final class InvalidCertificateException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Not sent anywhere, so never serialized.
  private final transient Text said;

  public InvalidCertificateException(Text said) {
    super(said.in(Language.ENGLISH));
    this.said = said;
  }

  public InvalidCertificateException(Text said, Throwable cause) {
    super(said.in(Language.ENGLISH), cause);
    this.said = said;
  }

  public Text said() {
    return said;
  }
}
