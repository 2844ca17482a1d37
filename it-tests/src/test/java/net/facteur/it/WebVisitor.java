package net.facteur.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Asks for pages octet by octet, so that it can say what no browser says. Keeps cookies, and
/// follows nothing.
final class WebVisitor {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final Pattern FORM =
      Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", Pattern.DOTALL);
  private static final Pattern HIDDEN = Pattern.compile("<input[^>]*type=\"hidden\"[^>]*>");

  private final InetSocketAddress pages;
  private final SSLContext trust;
  private final InetAddress source;
  private final String host;
  private final Map<String, String> cookies = new TreeMap<>();
  private String agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";

  /// @param source where the visitor comes from
  /// @param name of the server that is asked for
  WebVisitor(LivedInServer lived, InetAddress source, String name) throws IOException {
    this(lived.pages(), lived.server().world().trust(), source, name);
  }

  /// @param pages where they are served
  WebVisitor(InetSocketAddress pages, SSLContext trust, InetAddress source, String name) {
    this.pages = pages;
    this.trust = trust;
    this.source = source;
    this.host = name + ":" + pages.getPort();
  }

  /// The same browser in another network.
  WebVisitor at(InetAddress other) {
    var moved = new WebVisitor(pages, trust, other, host.substring(0, host.indexOf(':')));
    moved.cookies.putAll(cookies);
    return moved;
  }

  /// What came back.
  ///
  /// @param header names in small letters
  record Answer(int status, Map<String, List<String>> header, String body) {
    Answer {
      header = Map.copyOf(header);
    }

    /// The value of a field; empty where there is none.
    String field(String name) {
      return String.join("\n", header.getOrDefault(name, List.of()));
    }

    /// Where each form goes that is sent by POST, with its hidden fields.
    List<FilledForm> forms() {
      var forms = new ArrayList<FilledForm>();
      Matcher form = FORM.matcher(body);
      while (form.find()) {
        if (form.group().contains("method=\"post\"")) {
          var fields = new LinkedHashMap<String, String>();
          Matcher hidden = HIDDEN.matcher(form.group(2));
          while (hidden.find()) {
            fields.put(attribute(hidden.group(), "name"), attribute(hidden.group(), "value"));
          }
          forms.add(new FilledForm(form.group(1), fields));
        }
      }
      return forms;
    }

    FilledForm form(String action) {
      return forms().stream()
          .filter(form -> form.action().equals(action))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no form goes to " + action + " in " + body));
    }
  }

  /// A form as it stands on a page.
  record FilledForm(String action, Map<String, String> fields) {
    FilledForm {
      fields = Map.copyOf(fields);
    }

    FilledForm with(String name, String value) {
      var more = new HashMap<>(fields);
      more.put(name, value);
      return new FilledForm(action, more);
    }

    FilledForm without(String name) {
      var less = new HashMap<>(fields);
      less.remove(name);
      return new FilledForm(action, less);
    }

    /// As a browser sends it.
    String body() {
      return fields.entrySet().stream()
          .map(
              field ->
                  field.getKey()
                      + "="
                      + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
          .collect(Collectors.joining("&"));
    }
  }

  private static String attribute(String tag, String name) {
    Matcher found = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(tag);
    return found.find()
        ? found
            .group(1)
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
        : "";
  }

  Map<String, String> cookies() {
    return cookies;
  }

  /// What the browser says of itself from now on.
  void callItself(String words) {
    agent = words;
  }

  Answer get(String target) throws IOException {
    return ask("GET", target, "", "");
  }

  Answer send(FilledForm form) throws IOException {
    return send(form, "Sec-Fetch-Site: same-origin\r\n");
  }

  /// @param fields further lines of the header, with their CRLF
  Answer send(FilledForm form, String fields) throws IOException {
    return ask(
        "POST",
        form.action(),
        "Content-Type: application/x-www-form-urlencoded\r\n" + fields,
        form.body());
  }

  /// @param fields further lines of the header, with their CRLF
  Answer ask(String method, String target, String fields, String body) throws IOException {
    return answer(request(method, target, fields + "Connection: close\r\n", body));
  }

  /// A request as it is sent.
  ///
  /// @param fields further lines of the header, with their CRLF
  String request(String method, String target, String fields, String body) {
    String cookie =
        cookies.entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining("; "));
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nUser-Agent: "
        + agent
        + "\r\n"
        + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n")
        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
        + fields
        + "\r\n"
        + body;
  }

  private Answer answer(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return read(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /// A connection over TLS, about which nothing was said yet.
  Socket connect() throws IOException {
    var plain = new Socket();
    try {
      plain.bind(new InetSocketAddress(source, 0));
      plain.setSoTimeout(PATIENCE_MILLIS);
      // As browsers do: else a first request waits until the end of the handshake is acknowledged.
      plain.setTcpNoDelay(true);
      plain.connect(pages, PATIENCE_MILLIS);
      String name = host.substring(0, host.indexOf(':'));
      return trust.getSocketFactory().createSocket(plain, name, pages.getPort(), true);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private Answer read(InputStream in) throws IOException {
    String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    int end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("no answer: " + all);
    }
    List<String> lines = all.substring(0, end).lines().toList();
    var header = new HashMap<String, List<String>>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      header
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    header.getOrDefault("set-cookie", List.of()).forEach(this::keep);
    return new Answer(
        Integer.parseInt(lines.getFirst().split(" ", -1)[1]), header, all.substring(end + 4));
  }

  private void keep(String cookie) {
    String pair = cookie.split(";", 2)[0];
    int sign = pair.indexOf('=');
    if (cookie.contains("Max-Age=0")) {
      cookies.remove(pair.substring(0, sign));
    } else {
      cookies.put(pair.substring(0, sign), pair.substring(sign + 1));
    }
  }

  /// Signs in by the form.
  Answer signIn(String user, String password) throws IOException {
    return send(get("/signin").form("/signin").with("user", user).with("password", password));
  }

  /// The token of the session.
  Optional<String> session() {
    return Optional.ofNullable(cookies.get("__Host-session"));
  }
}
