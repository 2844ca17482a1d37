package net.facteur.server.delivery;

/// Whom a [HostWalk] leads to the hosts of a next hop, the best first.
interface HostVisitor {
  /// A place to try.
  ///
  /// @return true where no further one is wanted
  boolean offer(Candidate candidate);

  /// A host, or the next hop as a whole, cannot be tried.
  void failed(Failure why);

  /// The same, unless a better host was tried: what came of that one counts then.
  void failedAtFirst(Failure why);
}
