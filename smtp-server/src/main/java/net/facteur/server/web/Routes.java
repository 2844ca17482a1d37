package net.facteur.server.web;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Everything that the web of this server does. The first route that matches has the request.
public record Routes(List<Route> all) {
  public Routes {
    all = List.copyOf(all);
  }

  public static Routes of(Route... routes) {
    return new Routes(List.of(routes));
  }

  /// These and more.
  public Routes and(List<Route> more) {
    return new Routes(Stream.concat(all.stream(), more.stream()).toList());
  }

  /// What is at a path.
  sealed interface Found {
    /// @param variables what stands in the path where the pattern has names
    record Here(Route route, Map<String, String> variables) implements Found {}

    /// Something is, but it takes other methods only.
    record OtherMethods(Set<Method> methods) implements Found {}

    record Nothing() implements Found {}
  }

  /// @param method empty where it is one that no route ever takes
  Found find(Scheme scheme, Optional<Method> method, String path) {
    var others = EnumSet.noneOf(Method.class);
    for (Route route : all) {
      Optional<Map<String, String>> variables =
          route.scheme() == scheme ? route.path().match(path) : Optional.empty();
      if (variables.isPresent() && method.equals(Optional.of(route.method()))) {
        return new Found.Here(route, variables.get());
      }
      if (variables.isPresent()) {
        others.add(route.method());
      }
    }
    return others.isEmpty() ? new Found.Nothing() : new Found.OtherMethods(others);
  }
}
