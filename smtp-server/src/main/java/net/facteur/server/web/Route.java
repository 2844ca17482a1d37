package net.facteur.server.web;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

  /// Something to do. Forms of other sites are refused before they come here.
  public static Route post(Scheme scheme, String path, Handler handler) {
    return new Route(scheme, Method.POST, PathPattern.of(path), handler);
  }

  /// A link in a mail, such as one that confirms or unsubscribes: a GET shows a page with one
  /// button and changes nothing, the POST of the button acts. A POST without the page acts, too:
  /// mail programs unsubscribe by one.
  ///
  /// @param path has the token in it
  /// @param question empty where the token is none
  /// @spec https://www.rfc-editor.org/rfc/rfc8058#section-3.2 RFC 8058, section 3.2: Mail Receiver
  ///   Requirements
  public static List<Route> link(
      Scheme scheme, String path, Function<Request, Optional<Question>> question, Handler act) {
    return List.of(
        get(
            scheme,
            path,
            request ->
                question.apply(request).map(Question::page).orElse(Response.of(Status.NOT_FOUND))),
        post(scheme, path, act));
  }
}
