package net.facteur.server.web;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;

/// The door through which packages add pages for people: a path and a [View].
///
/// Pages are shown at the name of this server, and to whoever sits at this machine or comes through
/// a tunnel to it, at `localhost`: a page of a stranger whose name leads to our address gets
/// nothing. The language is the one that the visitor chose, or else one that the browser names, or
/// else the first of the settings.
///
/// @param host the name of this server
/// @param fallback the language of visitors who name none that there are texts in
public record Pages(DomainName host, Language fallback) {
  private static final DomainName LOCALHOST = DomainName.of("localhost");
  private static final Duration REMEMBERED = Duration.ofDays(365);

  /// Most languages that a browser may name.
  private static final int MOST_LANGUAGES = 20;

  /// A page to look at, which changes nothing.
  ///
  /// @param path as in [Route#get]
  public Route get(String path, View view) {
    return Route.get(Scheme.HTTPS, path, request -> answer(request, view));
  }

  /// A form that is sent. Those of other sites are refused before. Where it is taken, answer with
  /// [Response#seeOther], so that to load the page again does not send it twice.
  public Route post(String path, View view) {
    return Route.post(Scheme.HTTPS, path, request -> answer(request, view));
  }

  private Response answer(Request request, View view) throws IOException {
    if (!isHere(request)) {
      return Response.of(Status.MISDIRECTED);
    }
    Optional<Language> chosen = request.query(Layout.LANGUAGE).flatMap(Language::of);
    Response response = view.answer(new Visit(request, language(request), host.text()));
    return chosen
        .map(choice -> response.with(Cookie.kept(Layout.LANGUAGE, choice.code(), REMEMBERED)))
        .orElse(response);
  }

  private boolean isHere(Request request) {
    InetAddress client = request.client();
    return request
        .host()
        .map(name -> name.equals(host) || (name.equals(LOCALHOST) && client.isLoopbackAddress()))
        .orElse(client.isLoopbackAddress());
  }

  /// The language of a visitor.
  Language language(Request request) {
    return request
        .query(Layout.LANGUAGE)
        .flatMap(Language::of)
        .or(() -> request.cookie(Layout.LANGUAGE).flatMap(Language::of))
        .or(() -> request.header("accept-language").flatMap(Pages::accepted))
        .orElse(fallback);
  }

  /// The first of those that a browser likes best; what cannot be read is passed over.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4 RFC 9110, section 12.5.4:
  ///   Accept-Language
  private static Optional<Language> accepted(String field) {
    return Stream.of(field.split(",", MOST_LANGUAGES + 1))
        .limit(MOST_LANGUAGES)
        .map(Accepted::of)
        .filter(one -> one.weight() > 0)
        .sorted(Comparator.comparingInt(Accepted::weight).reversed())
        .flatMap(one -> Language.of(one.tag()).stream())
        .findFirst();
  }

  /// @param weight in thousandths
  private record Accepted(String tag, int weight) {
    static Accepted of(String written) {
      List<String> parts = List.of(written.strip().split("\\s*;\\s*q=", 2));
      return new Accepted(
          parts.getFirst(), parts.size() == 1 ? 1000 : thousandths(parts.getLast()));
    }

    private static int thousandths(String written) {
      return written.matches("[01](\\.[0-9]{0,3})?")
          ? (int) Math.round(Double.parseDouble(written) * 1000)
          : 0;
    }
  }
}
