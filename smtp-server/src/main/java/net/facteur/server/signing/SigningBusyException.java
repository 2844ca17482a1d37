package net.facteur.server.signing;

/// More mail wants a signature than the signing pool may queue; the client is told 451.
public final class SigningBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SigningBusyException(Throwable cause) {
    super("the signing queue is full", cause);
  }
}
