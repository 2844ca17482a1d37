package net.facteur.server.web;

import java.io.IOException;

/// What stands behind a page: it says what the visitor gets. It has a virtual thread of its own, so
/// it may wait.
@FunctionalInterface
public interface View {
  /// @throws IOException where it cannot; the visitor is told of a fault, the log of the reason
  Response answer(Visit visit) throws IOException;
}
