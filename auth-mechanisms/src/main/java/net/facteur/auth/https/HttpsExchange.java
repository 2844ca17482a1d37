package net.facteur.auth.https;

/// Makes HTTPS requests. Implementations are safe for use by many threads at once.
@FunctionalInterface
public interface HttpsExchange {
  /// Makes the request, blocking the calling thread, which should be a virtual one, for a bounded
  /// time. Throws nothing for whatever the host does.
  HttpsOutcome send(HttpsRequest request);
}
