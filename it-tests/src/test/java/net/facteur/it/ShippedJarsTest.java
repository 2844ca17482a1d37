package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is shipped is what is used: each jar beside the program is known here, and so its reason in
/// `docs/dependencies.md`. What a new version of a library drags along shows up as a difference.
class ShippedJarsTest {
  private static final Path LIBRARIES = Path.of("..", "smtp-server", "target", "lib");

  /// Without their versions.
  private static final List<String> SHIPPED =
      """
          AmazonCorrettoCryptoProvider-linux-aarch_64
          AmazonCorrettoCryptoProvider-linux-x86_64
          acme4j-client
          auth-mechanisms
          bcpkix-jdk18on
          bcprov-jdk18on
          bcutil-jdk18on
          caffeine
          commons-codec
          config
          dnsjava
          error_prone_annotations
          failureaccess
          guava
          icu4j
          jackson-annotations
          jackson-core
          jackson-databind
          jackson-dataformat-cbor
          jagged-api
          jagged-bech32
          jagged-framework
          jagged-x25519
          james-core
          jose4j
          jspecify
          log4j-api
          log4j-core
          log4j-layout-template-json
          log4j-slf4j2-impl
          netty-buffer
          netty-codec-base
          netty-codec-compression
          netty-codec-haproxy
          netty-codec-http
          netty-common
          netty-handler
          netty-resolver
          netty-tcnative-boringssl-static-linux-aarch_64
          netty-tcnative-boringssl-static-linux-x86_64
          netty-tcnative-classes
          netty-transport
          netty-transport-classes-epoll
          netty-transport-native-epoll-linux-aarch_64
          netty-transport-native-epoll-linux-x86_64
          netty-transport-native-unix-common
          picocli
          postgresql
          prometheus-metrics-config
          prometheus-metrics-core
          prometheus-metrics-exposition-textformats
          prometheus-metrics-instrumentation-jvm
          prometheus-metrics-model
          prometheus-metrics-tracer-common
          prometheus-metrics-tracer-initializer
          protocols-api
          protocols-smtp
          qrcodegen
          queue
          slf4j-api
          sqlite-jdbc
          unboundid-ldapsdk
          webauthn4j-core
      """
          .lines()
          .map(String::strip)
          .toList();

  /// Jars with native code of one library each, by how their names begin.
  private static final List<String> NATIVE_TLS = List.of("netty-tcnative-boringssl", "conscrypt");

  @BeforeEach
  void packaged() {
    if (!Files.isDirectory(LIBRARIES)) {
      ProgramCondition.notRun("mvn package");
    }
  }

  private static List<String> shipped() throws IOException {
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".jar")).toList();
    }
  }

  @Test
  void nothingIsShippedThatIsNotUsed() throws IOException {
    var names = new TreeSet<String>();
    for (String jar : shipped()) {
      names.add(
          jar.replaceFirst("-[0-9][A-Za-z0-9.]*(-SNAPSHOT|-jre)?(?=[-.])", "").replace(".jar", ""));
    }
    assertEquals(
        String.join("\n", new TreeSet<>(SHIPPED)),
        String.join("\n", names),
        "a jar of an earlier build goes by: mvn clean");
  }

  @Test
  void noJarIsThereInTwoVersionsAndNoTlsLibraryTwice() throws IOException {
    assertEquals(SHIPPED.size(), shipped().size(), () -> "a jar of an earlier build: mvn clean");
    assertTrue(
        NATIVE_TLS.stream()
                .filter(library -> SHIPPED.stream().anyMatch(s -> s.startsWith(library)))
                .count()
            <= 1);
  }
}
