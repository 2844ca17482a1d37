package net.facteur.server.cli;

/// A command that another jar adds to the program, which finds it by [java.util.ServiceLoader] and
/// does without where the jar is missing.
@FunctionalInterface
public interface AddedCommand {
  /// The command, annotated as picocli reads it.
  Object in(Workplace workplace);
}
