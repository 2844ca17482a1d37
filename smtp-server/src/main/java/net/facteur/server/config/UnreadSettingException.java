package net.facteur.server.config;

import java.nio.file.Path;

/// Somebody needs a setting that the file has, and what it says of it is wrong. Its default would
/// be a guess.
public final class UnreadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadSettingException(Path file, String key) {
    super("Mistakes in " + file + " leave open what " + key + " is, and this needs it.");
  }
}
