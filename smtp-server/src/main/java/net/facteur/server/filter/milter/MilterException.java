package net.facteur.server.filter.milter;

import java.io.IOException;

/// A milter does not speak the protocol, or asks for what cannot be done.
final class MilterException extends IOException {
  private static final long serialVersionUID = 1L;

  MilterException(String message) {
    super(message);
  }
}
