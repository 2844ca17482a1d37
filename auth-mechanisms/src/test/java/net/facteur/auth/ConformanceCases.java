package net.facteur.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Reads the case tables below `conformance/` on the test class path.
public final class ConformanceCases {
  private ConformanceCases() {}

  /// The parsed file.
  public static JsonNode file(String path) {
    return new ObjectMapper().readTree(octets(path));
  }

  /// The elements of the array `cases` of the file.
  public static Stream<JsonNode> cases(String path) {
    JsonNode cases = file(path).get("cases");
    if (cases.isEmpty()) {
      throw new IllegalStateException(path + " holds no case");
    }
    return cases.valueStream();
  }

  /// A file's octets.
  public static byte[] octets(String path) {
    try (InputStream in = ConformanceCases.class.getResourceAsStream("/conformance/" + path)) {
      if (in == null) {
        throw new IllegalStateException("no such file: " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
