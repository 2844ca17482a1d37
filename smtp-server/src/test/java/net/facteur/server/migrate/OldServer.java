package net.facteur.server.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.server.config.Settings;
import net.facteur.server.migrate.Findings.Fate;
import net.facteur.server.settings.Reference;
import net.facteur.server.setup.Layout;

/// A tree of files as an old server has it.
public record OldServer(Path root) {
  static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

  /// Puts a file there.
  public OldServer with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  OldServer with(String path, byte[] octets) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.write(file, octets);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts a file of a suite there.
  OldServer withSuite(String path, String resource) {
    return with(path, resource(resource));
  }

  static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            OldServer.class.getResourceAsStream("/conformance/migration/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PostfixReader.Reading read() {
    return new PostfixReader(OldTree.around(root), _ -> List.of(), () -> NOW)
        .read("mail.example.org");
  }

  Move move() {
    return switch (read()) {
      case PostfixReader.Reading.Found(Move move) -> move;
      case PostfixReader.Reading.None none -> throw new AssertionError(none);
    };
  }

  /// Writes it all to another directory.
  Settings settled(Path to) throws IOException {
    return new NewServer(
            Layout.below(to),
            Reference.loader(Map.of(), Optional.of("mail.example.org")),
            new SecureRandom(),
            () -> NOW)
        .write(move(), Optional.empty());
  }

  /// What is said of a thing in a list.
  static List<String> of(Move move, Fate fate, String what) {
    return move.findings().of(fate).stream()
        .filter(f -> f.what().contains(what))
        .map(f -> f.says().in(net.facteur.server.language.Language.ENGLISH))
        .toList();
  }

  /// All files with what they hold, their times and modes, to be compared.
  Map<String, String> state() throws IOException {
    var state = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        state.put(
            path.toString(),
            Files.getLastModifiedTime(path)
                + " "
                + Files.getPosixFilePermissions(path)
                + (Files.isRegularFile(path)
                    ? java.util.Arrays.hashCode(Files.readAllBytes(path))
                    : ""));
      }
    }
    return state;
  }
}
