package net.facteur.server.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// What a route is asked.
///
/// @param host whom the client asks, which it may choose freely; empty where it names an address
/// @param variables what stands in the path where the pattern of the route has a name in braces, as
///   it came: nothing is percent-decoded
/// @param fields of a form that was sent
public record Request(
    Optional<DomainName> host, Map<String, String> variables, Map<String, List<String>> fields) {
  public Request {
    fields = Map.copyOf(fields);
    variables = Map.copyOf(variables);
  }

  /// What stands where the pattern has `{name}`.
  public String variable(String name) {
    String found = variables.get(name);
    if (found == null) {
      throw new IllegalArgumentException("the pattern of this route has no {" + name + "}");
    }
    return found;
  }

  /// What was filled in; empty where the form has no such field, or more than one.
  public Optional<String> field(String name) {
    return Optional.of(fields.getOrDefault(name, List.of()))
        .filter(values -> values.size() == 1)
        .map(List::getFirst);
  }
}
