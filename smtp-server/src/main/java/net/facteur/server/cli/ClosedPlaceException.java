package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;

/// A command fails for the user who typed it, and not for another.
final class ClosedPlaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Not sent anywhere, so never serialized.
  private final transient Text what;

  private final transient ClosedPlace place;

  /// @param what failed, no full stop
  ClosedPlaceException(Text what, ClosedPlace place) {
    super(place.sentence(what).in(Language.ENGLISH));
    this.what = place.sentence(what);
    this.place = place;
  }

  /// The same where the system refused a file; empty where it refused for another reason.
  static Optional<ClosedPlaceException> of(IOException e) {
    @Nullable String file = e instanceof AccessDeniedException denied ? denied.getFile() : null;
    return file == null
        ? Optional.empty()
        : ClosedPlace.before(Path.of(file), true)
            .map(place -> new ClosedPlaceException(CliTexts.SAY.cannotBeHad(file), place));
  }

  /// What failed, and why.
  Text what() {
    return what;
  }

  ClosedPlace place() {
    return place;
  }
}
