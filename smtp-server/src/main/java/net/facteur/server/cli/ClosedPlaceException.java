package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A command fails for the user who typed it, and not for another.
final class ClosedPlaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Not sent anywhere, so never serialized.
  private final transient ClosedPlace place;

  /// @param what failed, no full stop
  ClosedPlaceException(String what, ClosedPlace place) {
    super(what + ": " + place.sentence() + ".");
    this.place = place;
  }

  /// The same where the system refused a file; empty where it refused for another reason.
  static Optional<ClosedPlaceException> of(IOException e) {
    @Nullable String file = e instanceof AccessDeniedException denied ? denied.getFile() : null;
    return file == null
        ? Optional.empty()
        : ClosedPlace.before(Path.of(file), true)
            .map(place -> new ClosedPlaceException(file + " cannot be had", place));
  }

  ClosedPlace place() {
    return place;
  }
}
