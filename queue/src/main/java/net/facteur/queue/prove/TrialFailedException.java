package net.facteur.queue.prove;

import java.io.IOException;

/// A trial could not be made, so it says nothing of the promise.
public final class TrialFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  TrialFailedException(String message) {
    super(message);
  }
}
