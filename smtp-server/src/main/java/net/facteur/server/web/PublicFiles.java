package net.facteur.server.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// The files of one directory, each at a path of its own.
///
/// @param directory what lies right in it, and nothing below
public record PublicFiles(Path directory) {
  /// Where revealed keys are found.
  public static final String REVEALED = "/.well-known/dkim-revealed/";

  /// Where the answers to challenges are found.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8555#section-8.3 RFC 8555, section 8.3: HTTP Challenge
  public static final String CHALLENGES = "/.well-known/acme-challenge/";

  private static final int MAX_NAME = 300;
  private static final int MAX_OCTETS = 64 << 10;

  /// The text of a file; empty where there is none.
  public Optional<String> find(String name) {
    Path file = directory.resolve(isName(name) ? name : "-");
    try {
      return isName(name)
              && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && Files.size(file) <= MAX_OCTETS
          ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// No way leads out of the directory, nor to a file that is not finished.
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && name.charAt(0) != '.'
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_'
                        || c == '.');
  }
}
