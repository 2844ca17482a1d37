package net.facteur.server.cli;

/// A command could not do what it was asked for: what happened and why, and what to type next.
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  public CommandFailedException(String what, String remedy) {
    super(what);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }
}
