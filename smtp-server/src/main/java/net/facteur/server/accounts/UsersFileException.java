package net.facteur.server.accounts;

import java.nio.file.Path;

/// The users file is damaged: a line is not what the program writes.
public final class UsersFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsersFileException(Path file, int line) {
    super(file + ", line " + line + ": not a user; the line begins NAME@DOMAIN password=...");
  }
}
