package net.facteur.server.web;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;

/// Asks routes as a browser does: it keeps cookies, fills in forms and follows where it is sent. No
/// network and no script.
public final class TestBrowser {
  private static final Pattern FORM =
      Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern HIDDEN = Pattern.compile("<input[^>]*type=\"hidden\"[^>]*>");

  private final Routes routes;
  private final InetAddress client;
  private final String host;
  public final Map<String, String> cookies = new TreeMap<>();
  public String language = "en";

  /// The path of the last page.
  public String path = "/";

  public TestBrowser(List<Route> routes, String client, String host) {
    this.routes = new Routes(routes);
    this.client = InetAddress.ofLiteral(client);
    this.host = host;
  }

  /// Looks at a page, wherever it leads.
  public Response get(String target) throws Exception {
    return followed(ask(Method.GET, target, Map.of()));
  }

  /// Sends fields, and follows.
  public Response post(String target, Map<String, String> fields) throws Exception {
    return followed(ask(Method.POST, target, fields));
  }

  /// Fills in the form of a page that goes to a path, and sends it.
  public Response submit(Response page, String action, Map<String, String> typed) throws Exception {
    var fields = new HashMap<>(hidden(page, action));
    fields.putAll(typed);
    return post(action, fields);
  }

  /// The hidden fields of a form.
  public static Map<String, String> hidden(Response page, String action) {
    Matcher form = FORM.matcher(page.body());
    while (form.find()) {
      if (form.group(1).equals(action)) {
        var fields = new HashMap<String, String>();
        Matcher hidden = HIDDEN.matcher(form.group(2));
        while (hidden.find()) {
          fields.put(attribute(hidden.group(), "name"), attribute(hidden.group(), "value"));
        }
        return fields;
      }
    }
    throw new AssertionError("no form goes to " + action + " in " + page.body());
  }

  private static String attribute(String tag, String name) {
    Matcher found = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(tag);
    if (!found.find()) {
      throw new AssertionError("no " + name + " in " + tag);
    }
    return found
        .group(1)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  private Response followed(Response first) throws Exception {
    Response answer = first;
    for (int i = 0; i < 5 && answer.status() == Status.SEE_OTHER; i++) {
      answer = ask(Method.GET, answer.fields().getOrDefault("location", "/"), Map.of());
    }
    return answer;
  }

  /// One request, and where it leads is not followed.
  public Response ask(Method method, String target, Map<String, String> fields) throws Exception {
    int query = target.indexOf('?');
    path = query < 0 ? target : target.substring(0, query);
    Routes.Found found = routes.find(Scheme.HTTPS, Optional.of(method), path);
    if (!(found instanceof Routes.Found.Here(Route route, Map<String, String> variables))) {
      return Response.of(Status.NOT_FOUND);
    }
    var queried = new HashMap<String, List<String>>();
    if (query >= 0) {
      for (String pair : target.substring(query + 1).split("&", -1)) {
        String[] parts = pair.split("=", 2);
        queried.put(parts[0], List.of(URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
      }
    }
    var header = new HashMap<String, String>();
    header.put("host", host);
    header.put("accept-language", language);
    header.put("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0");
    header.put(
        "cookie",
        cookies.entrySet().stream()
            .map(c -> "__Host-" + c.getKey() + "=" + c.getValue())
            .collect(Collectors.joining("; ")));
    Response answer =
        route
            .handler()
            .answer(
                new Request(
                    Scheme.HTTPS,
                    client,
                    DomainName.parse(host.replaceFirst(":[0-9]+$", "")).toOptional(),
                    path,
                    variables,
                    queried,
                    fields.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue()))),
                    header,
                    Content.NONE));
    for (Cookie cookie : answer.cookies()) {
      if (cookie.age().filter(age -> age.isZero()).isPresent()) {
        cookies.remove(cookie.name());
      } else {
        cookies.put(cookie.name(), cookie.value());
      }
    }
    return answer;
  }
}
