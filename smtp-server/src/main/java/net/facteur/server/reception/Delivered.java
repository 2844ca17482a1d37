package net.facteur.server.reception;

import java.util.List;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A message that is taken, and into which folder of whom it goes.
///
/// @param clean the recipients who get it like any other mail
/// @param junk those who get it into their junk folder
record Delivered(
    Authenticated message, Verdict verdict, List<ForwardPath> clean, List<ForwardPath> junk) {
  Delivered(Authenticated message, Verdict verdict) {
    this(message, verdict, among(message, verdict, false), among(message, verdict, true));
  }

  /// A filter does not clear what authentication suspects.
  private static List<ForwardPath> among(Authenticated message, Verdict verdict, boolean junk) {
    return message.transaction().forwardPaths().stream()
        .filter(path -> (message.suspect() || junk(verdict.handling(path.address()))) == junk)
        .toList();
  }

  private static boolean junk(Handling handling) {
    return switch (handling) {
      case Handling.Junk _, Handling.Hold _ -> true;
      case Handling.Pass _, Handling.Quarantine _, Handling.Defer _, Handling.Reject _ -> false;
    };
  }

  /// True where it is suspected for its author alone, so that a sealer may vouch for it.
  boolean vouchable() {
    return message.suspect()
        && message.transaction().forwardPaths().stream()
            .noneMatch(path -> junk(verdict.handling(path.address())));
  }
}
