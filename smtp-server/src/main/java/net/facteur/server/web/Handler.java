package net.facteur.server.web;

import java.io.IOException;

/// Answers a request. It has a virtual thread of its own, so it may wait.
@FunctionalInterface
public interface Handler {
  /// @throws IOException where it cannot; the client is told of a fault, the log of the reason
  Response answer(Request request) throws IOException;
}
