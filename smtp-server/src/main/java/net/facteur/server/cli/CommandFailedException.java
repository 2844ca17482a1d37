package net.facteur.server.cli;

/// A command could not do what it was asked for: what happened and why, and what to type next.
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;
  private final int code;

  /// A problem was found.
  public CommandFailedException(String what, String remedy) {
    this(what, remedy, Facteur.PROBLEM);
  }

  private CommandFailedException(String what, String remedy, int code) {
    super(what);
    this.remedy = remedy;
    this.code = code;
  }

  /// A value on the command line is none that can be meant there, whatever the settings, the disk
  /// and the DNS hold; or one is missing.
  static CommandFailedException notUnderstood(String what, String remedy) {
    return new CommandFailedException(what, remedy, Facteur.USAGE);
  }

  String remedy() {
    return remedy;
  }

  /// The exit code.
  int code() {
    return code;
  }
}
