package net.facteur.server.lists.moving;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Utf8;
import net.facteur.server.files.ToldException;

/// A text of another program, or one that somebody typed.
///
/// @param name of the file, without its directories
/// @param text UTF-8, or what Windows takes for ISO 8859-1 where it is no UTF-8; UTF-16 where it
///   begins with the mark of it
record SourceFile(String name, String text) {
  /// The largest file that is read: some million lines.
  private static final long MAX_OCTETS = 64L << 20;

  private static final int MAX_NAMES = 100_000;
  private static final Charset WINDOWS =
      Charset.isSupported("windows-1252") ? Charset.forName("windows-1252") : ISO_8859_1;

  /// Reads a file.
  ///
  /// @throws IOException where it cannot be read, is too large, or holds no text
  static SourceFile read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new ToldException(SAY.directory(path));
    }
    if (Files.size(path) > MAX_OCTETS) {
      throw new ToldException(SAY.tooLarge(path, MAX_OCTETS >> 20));
    }
    return new SourceFile(name(path), text(Files.readAllBytes(path), path));
  }

  static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String text(byte[] octets, Path path) throws IOException {
    if (begins(octets, 0xff, 0xfe)) {
      return new String(octets, 2, octets.length - 2, StandardCharsets.UTF_16LE);
    }
    if (begins(octets, 0xfe, 0xff)) {
      return new String(octets, 2, octets.length - 2, StandardCharsets.UTF_16BE);
    }
    for (byte octet : octets) {
      if (octet == 0) {
        throw new ToldException(SAY.noText(path));
      }
    }
    return Utf8.decode(octets).orElseGet(() -> new String(octets, WINDOWS));
  }

  private static boolean begins(byte[] octets, int first, int second) {
    return octets.length >= 2 && (octets[0] & 0xff) == first && (octets[1] & 0xff) == second;
  }

  /// The lines without what ends them.
  List<String> lines() {
    return text.lines().toList();
  }

  /// What lies in a directory, in order, but for hidden files.
  ///
  /// @throws IOException where it cannot be read
  static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(p -> !name(p).startsWith(".")).limit(MAX_NAMES).sorted().toList();
    }
  }
}
