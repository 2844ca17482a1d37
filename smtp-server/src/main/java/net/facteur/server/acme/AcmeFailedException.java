package net.facteur.server.acme;

/// No certificate came. The message is for the administrator.
public final class AcmeFailedException extends Exception {
  private static final long serialVersionUID = 1;

  public AcmeFailedException(String message) {
    super(message);
  }

  public AcmeFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
