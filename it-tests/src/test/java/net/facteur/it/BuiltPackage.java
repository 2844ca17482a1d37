package net.facteur.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The packages of this commit, made once for all tests of a run.
///
/// `-Dpackage.built=DIRECTORY` takes them from there.
final class BuiltPackage {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();

  private static Optional<Path> present = Optional.empty();

  private BuiltPackage() {}

  static synchronized Path build() throws IOException {
    String given = System.getProperty("package.built", "");
    if (!given.isEmpty()) {
      return Path.of(given);
    }
    if (present.isEmpty()) {
      assumeTrue(
          Files.exists(PROJECT.resolve("smtp-server/target/facteur.jar")),
          "nothing to put into a package: mvn package comes first");
      Path out = PROJECT.resolve("it-tests/target/package");
      Command.patiently("rm", "-rf", out.toString()).succeeded();
      build(PROJECT, out);
      present = Optional.of(out);
    }
    return present.get();
  }

  /// Makes packages of a source tree.
  static void build(Path project, Path out, String... more) throws IOException {
    Command.patiently(
            Stream.concat(
                    Stream.of(
                        project.resolve("docker/package").toString(),
                        "--quick",
                        "--out",
                        out.toString()),
                    Stream.of(more))
                .toArray(String[]::new))
        .succeeded();
  }

  static Path server(Path from) throws IOException {
    return one(from, "facteur_.*[.]deb");
  }

  static Path mta(Path from) throws IOException {
    return one(from, "facteur-mta_.*[.]deb");
  }

  static Path archive(Path from) throws IOException {
    return one(from, ".*[.]tar[.]gz");
  }

  static Path one(Path directory, String name) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> String.valueOf(path.getFileName()).matches(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + name + " in " + directory));
    }
  }
}
