package net.facteur.server.tls;

/// A certificate or key file cannot be used. The message is for the administrator: it names the
/// file and what to do about it, and holds nothing of the key.
public final class InvalidCertificateException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidCertificateException(String message) {
    super(message);
  }

  public InvalidCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
