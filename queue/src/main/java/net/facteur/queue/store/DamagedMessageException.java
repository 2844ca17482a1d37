package net.facteur.queue.store;

import java.io.IOException;

/// A message whose content is gone or not what was written, so that waiting will not help.
public final class DamagedMessageException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedMessageException(String message) {
    super(message);
  }
}
