package net.facteur.server.imap;

import java.io.IOException;

/// Nobody is at the socket of Dovecot: it does not run, or the socket is another one, or closed to
/// us. The message says which socket, and what the system said.
final class DovecotAbsentException extends IOException {
  private static final long serialVersionUID = 1;

  DovecotAbsentException(String message, Throwable cause) {
    super(message, cause);
  }
}
