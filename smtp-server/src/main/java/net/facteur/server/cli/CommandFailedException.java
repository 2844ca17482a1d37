package net.facteur.server.cli;

import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// A command could not do what it was asked for: what happened and why, and what to type next. Its
/// message is English, for programs; people read [#what].
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// There is nothing to be said.
  static final Text NOTHING = Text.of("");

  /// Not sent anywhere, so never serialized.
  private final transient Text what;

  private final transient Text remedy;
  private final int code;

  /// A problem was found.
  public CommandFailedException(Text what, Text remedy) {
    this(what, remedy, Facteur.PROBLEM);
  }

  /// The same in words that were chosen elsewhere, such as by a running server.
  public CommandFailedException(String what, String remedy) {
    this(Text.of(what), Text.of(remedy));
  }

  private CommandFailedException(Text what, Text remedy, int code) {
    super(what.in(Language.ENGLISH));
    this.what = what;
    this.remedy = remedy;
    this.code = code;
  }

  /// A value on the command line is none that can be meant there, whatever the settings, the disk
  /// and the DNS hold; or one is missing.
  static CommandFailedException notUnderstood(Text what, Text remedy) {
    return new CommandFailedException(what, remedy, Facteur.USAGE);
  }

  /// The same in words that were chosen elsewhere.
  static CommandFailedException notUnderstood(String what, String remedy) {
    return notUnderstood(Text.of(what), Text.of(remedy));
  }

  Text what() {
    return what;
  }

  Text remedy() {
    return remedy;
  }

  /// The exit code.
  int code() {
    return code;
  }
}
