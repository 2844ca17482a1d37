package net.facteur.server.web;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a route is found, such as `/.well-known/dkim-revealed/{file}`: a name in braces stands for
/// one segment, whatever it is, but not for none. Paths are compared as they came, octet by octet,
/// so that no other spelling of a path is taken for it.
public record PathPattern(List<String> segments) {
  public PathPattern {
    segments = List.copyOf(segments);
  }

  public static PathPattern of(String text) {
    return new PathPattern(segments(text));
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }

  /// @param path without a query
  /// @return what stands where the pattern has names; empty where it does not match
  public Optional<Map<String, String>> match(String path) {
    List<String> given = segments(path);
    if (given.size() != segments.size()) {
      return Optional.empty();
    }
    var variables = new HashMap<String, String>();
    for (int i = 0; i < given.size(); i++) {
      String expected = segments.get(i);
      if (expected.startsWith("{") && !given.get(i).isEmpty()) {
        variables.put(expected.substring(1, expected.length() - 1), given.get(i));
      } else if (!expected.equals(given.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
