package net.facteur.server.web;

/// One thing that the web of this server does.
///
/// @param path such as `/.well-known/dkim-revealed/{file}`
public record Route(Scheme scheme, Method method, PathPattern path, Handler handler) {
  /// Something to read. A GET changes nothing: who scans links fetches everything.
  ///
  /// @param path a name in braces stands for one segment, which the handler reads by
  ///   [Request#variable]
  public static Route get(Scheme scheme, String path, Handler handler) {
    return new Route(scheme, Method.GET, PathPattern.of(path), handler);
  }
}
