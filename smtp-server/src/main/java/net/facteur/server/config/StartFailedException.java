package net.facteur.server.config;

import java.io.IOException;

/// Why the server does not start, in words for an administrator.
public final class StartFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  public StartFailedException(String message) {
    super(message);
  }
}
