package net.facteur.server.ldap;

import java.util.List;
import java.util.stream.Collectors;

/// No server of the directory answers a question. Stays within the package.
final class UnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Trouble> troubles;

  /// @param troubles of each server that was asked; none where all are left alone for a while
  UnavailableException(List<Trouble> troubles) {
    super(
        troubles.stream()
            .map(t -> t.kind() + " " + t.server() + " " + t.detail())
            .collect(Collectors.joining("; ")));
    this.troubles = List.copyOf(troubles);
  }

  List<Trouble> troubles() {
    return troubles;
  }
}
