package net.facteur.server.autoconfig;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.web.Handler;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;

/// Where mail programs ask. A host that is none of ours and a domain that is none of ours get 404,
/// whatever stands before the `@`.
public record AutoconfigRoutes(AutoconfigSettings autoconfig) {
  private static final String AUTOCONFIG = "autoconfig";
  private static final Set<String> LABELS = Set.of(AUTOCONFIG, "autodiscover", Pacc.HOST);

  /// What the web serves.
  public List<Route> routes() {
    var outlook = new Autodiscover(autoconfig.domains(), autoconfig.services());
    return Stream.of(
            Stream.of(
                Route.get(Scheme.HTTPS, ClientConfig.PATH, this::config),
                Route.get(Scheme.HTTPS, ClientConfig.WELL_KNOWN, this::config),
                // The draft has plain HTTP for the first of the two alone. Programs ask there last,
                // and have to show what they found.
                Route.get(Scheme.HTTP, ClientConfig.PATH, this::plainConfig),
                Route.get(Scheme.HTTPS, Pacc.PATH, this::pacc)),
            Autodiscover.PATHS.stream()
                .map(path -> Route.post(Scheme.HTTPS, path, atOurs(outlook::settings))),
            Autodiscover.JSON_PATHS.stream()
                .flatMap(
                    path ->
                        Stream.of(
                            Route.get(
                                Scheme.HTTPS,
                                path,
                                atOurs(
                                    request ->
                                        outlook.place(
                                            request,
                                            Autodiscover.named(request, "Email"),
                                            base(request)))),
                            Route.get(
                                Scheme.HTTPS,
                                path + "/v1.0/{" + Autodiscover.ADDRESS + "}",
                                atOurs(
                                    request ->
                                        outlook.place(
                                            request,
                                            Optional.of(
                                                request
                                                    .variable(Autodiscover.ADDRESS)
                                                    .replace("%40", "@")),
                                            base(request)))))))
        .flatMap(routes -> routes)
        .toList();
  }

  private Handler atOurs(Function<Request, Response> answer) {
    return request -> isOurs(request) ? answer.apply(request) : Response.of(Status.NOT_FOUND);
  }

  private String base(Request request) {
    String port = autoconfig.web().filter(open -> open != 443).map(open -> ":" + open).orElse("");
    return "https://" + request.host().orElse(autoconfig.host()) + port;
  }

  private boolean isOurs(Request request) {
    return request
        .host()
        .filter(
            host ->
                host.equals(autoconfig.host())
                    || autoconfig.domains().contains(host)
                    || domain(host).isPresent())
        .isPresent();
  }

  /// The domain that a host such as `autoconfig.example.org` speaks for: one of ours, or the one
  /// that the name of this server is in, where programs ask who look at the MX of another.
  private Optional<DomainName> domain(DomainName host) {
    return host.parent()
        .filter(_ -> LABELS.stream().anyMatch(label -> host.text().startsWith(label + ".")))
        .filter(
            domain ->
                autoconfig.domains().contains(domain)
                    || autoconfig.host().parent().equals(Optional.of(domain)));
  }

  private Response config(Request request) {
    if (!isOurs(request)) {
      return Response.of(Status.NOT_FOUND);
    }
    Optional<String> typed = request.query("emailaddress");
    Optional<DomainName> domain =
        typed.isPresent()
            ? ClientAddress.of(typed.get(), autoconfig.domains()).map(ClientAddress::domain)
            : request.host().flatMap(host -> domain(host).or(() -> Optional.of(host)));
    return domain
        .filter(autoconfig.domains()::contains)
        .filter(_ -> autoconfig.services().complete())
        .map(its -> new ClientConfig(its, autoconfig.services(), autoconfig.help()).print())
        .map(text -> new Response(Status.OK, ClientConfig.TYPE, text, Map.of()))
        .orElseGet(() -> Response.of(Status.NOT_FOUND));
  }

  private Response plainConfig(Request request) {
    return request.host().filter(host -> host.text().startsWith(AUTOCONFIG + ".")).isPresent()
        ? config(request)
        : Response.of(Status.NOT_FOUND);
  }

  private Response pacc(Request request) {
    return request
        .host()
        .filter(host -> host.text().startsWith(Pacc.HOST + "."))
        .flatMap(this::domain)
        .filter(autoconfig.domains()::contains)
        .filter(_ -> autoconfig.services().complete())
        .map(domain -> Pacc.of(autoconfig, domain).print())
        .map(text -> new Response(Status.OK, "application/json", text, Map.of()))
        .orElseGet(() -> Response.of(Status.NOT_FOUND));
  }
}
