package net.facteur.server.web;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// What a route is asked.
///
/// @param scheme by which it came
/// @param client where it came from
/// @param host whom the client asks, which it may choose freely; empty where it names an address
/// @param path without query, as it came
/// @param variables what stands in the path where the pattern of the route has a name in braces, as
///   it came: nothing is percent-decoded
/// @param query what stands behind the path, decoded
/// @param fields of a form that was sent
/// @param header the fields of the header, their names in small letters
/// @param body what was sent, whatever its type
public record Request(
    Scheme scheme,
    InetAddress client,
    Optional<DomainName> host,
    String path,
    Map<String, String> variables,
    Map<String, List<String>> query,
    Map<String, List<String>> fields,
    Map<String, String> header,
    Content body) {
  public Request {
    fields = Map.copyOf(fields);
    variables = Map.copyOf(variables);
    query = Map.copyOf(query);
    header = Map.copyOf(header);
  }

  /// One by HTTPS from this machine, without query, header and body.
  public Request(
      Optional<DomainName> host, Map<String, String> variables, Map<String, List<String>> fields) {
    this(
        Scheme.HTTPS,
        InetAddress.getLoopbackAddress(),
        host,
        "/",
        variables,
        Map.of(),
        fields,
        Map.of(),
        Content.NONE);
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
    return only(fields, name);
  }

  /// What the query says; empty where it says nothing of this name, or more than one thing.
  public Optional<String> query(String name) {
    return only(query, name);
  }

  private static Optional<String> only(Map<String, List<String>> all, String name) {
    return Optional.of(all.getOrDefault(name, List.of()))
        .filter(values -> values.size() == 1)
        .map(List::getFirst);
  }

  /// A field of the header.
  ///
  /// @param name in small letters
  public Optional<String> header(String name) {
    return Optional.ofNullable(header.get(name));
  }

  /// The value of a [Cookie], which a stranger may have written; empty where none of this name
  /// came, or more than one.
  ///
  /// @param name without the prefix
  public Optional<String> cookie(String name) {
    return header("cookie").flatMap(field -> Cookie.find(field, name));
  }
}
