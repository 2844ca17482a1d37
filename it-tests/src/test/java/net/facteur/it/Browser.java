package net.facteur.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Chromium without a window, driven by its driver.
///
/// @spec https://www.w3.org/TR/webdriver2/ WebDriver
final class Browser implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Keys, by what WebDriver calls them.
  static final String TAB = "\ue004";

  static final String ENTER = "\ue007";

  private final Process driver;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI base;
  private final Path profile;
  private String session = "";

  private Browser(Process driver, URI base, Path profile) {
    this.driver = driver;
    this.base = base;
    this.profile = profile;
  }

  /// @param directory for what it writes
  /// @param more words of its command line
  static Browser open(Path directory, String... more) throws Exception {
    int port = World.freePort(InetAddress.ofLiteral("127.0.0.1"));
    Process driver =
        new ProcessBuilder(Program.CHROMIUM.path(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("chromedriver.log").toFile())
            .start();
    Path profile = directory.resolve("chromium");
    var browser = new Browser(driver, URI.create("http://127.0.0.1:" + port + "/"), profile);
    try {
      Await.until(() -> "the driver of Chromium", browser::isReady);
      var words =
          new ArrayList<>(
              List.of(
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--no-proxy-server",
                  "--disable-background-networking",
                  "--lang=en",
                  "--window-size=1400,1000",
                  "--user-data-dir=" + profile));
      words.addAll(List.of(more));
      JsonNode answer =
          browser.ask(
              "session",
              Map.of(
                  "capabilities",
                  Map.of(
                      "alwaysMatch",
                      Map.of(
                          "browserName",
                          "chrome",
                          "goog:loggingPrefs",
                          Map.of("browser", "ALL", "performance", "ALL"),
                          "goog:chromeOptions",
                          Map.of("args", words)))));
      browser.session = "session/" + answer.path("sessionId").asString("") + "/";
      return browser;
    } catch (Exception | AssertionError e) {
      browser.close();
      throw e;
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return send(HttpRequest.newBuilder(base.resolve("status")).GET())
          .path("ready")
          .asBoolean(false);
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode ask(String command, Map<String, Object> what)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(base.resolve(session + command))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(what))));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
    return JSON.readTree(response.body()).path("value");
  }

  /// Opens a page, and returns when it is loaded.
  void go(URI page) throws IOException, InterruptedException {
    var _ = ask("url", Map.of("url", page.toString()));
  }

  /// Runs JavaScript in the page.
  ///
  /// @return what it returns, as text
  String run(String script) throws IOException, InterruptedException {
    return ask("execute/sync", Map.of("script", script, "args", List.of())).asString("");
  }

  /// Runs JavaScript in the page until what it promises is there.
  JsonNode await(String script) throws IOException, InterruptedException {
    return ask(
        "execute/async",
        Map.of(
            "script",
            "const done = arguments[arguments.length - 1];\n"
                + "(async () => { "
                + script
                + " })().then(done, e => done({ error: '' + e }));",
            "args",
            List.of()));
  }

  /// Asks by the protocol of Chromium's own tools.
  ///
  /// @spec https://chromedevtools.github.io/devtools-protocol/ Chrome DevTools Protocol
  JsonNode tools(String method, Map<String, Object> parameters)
      throws IOException, InterruptedException {
    return ask("goog/cdp/execute", Map.of("cmd", method, "params", parameters));
  }

  /// What was complained of since the last call: scripts, styles and requests that failed.
  List<String> complaints() throws IOException, InterruptedException {
    return log("browser").map(entry -> entry.path("message").asString("")).toList();
  }

  /// What was loaded since the last call.
  ///
  /// @param asked addresses, of whatever it was
  /// @param document what Chromium calls the request of the last page; empty if there was none
  record Loaded(List<String> asked, String document) {
    Loaded {
      asked = List.copyOf(asked);
    }
  }

  Loaded loaded() throws IOException, InterruptedException {
    var asked = new ArrayList<String>();
    String document = "";
    for (JsonNode entry : log("performance").toList()) {
      JsonNode event = JSON.readTree(entry.path("message").asString("{}")).path("message");
      JsonNode what = event.path("params");
      switch (event.path("method").asString("")) {
        case "Network.requestWillBeSent" ->
            asked.add(what.path("request").path("url").asString(""));
        case "Network.responseReceived" ->
            document =
                what.path("type").asString("").equals("Document")
                    ? what.path("requestId").asString("")
                    : document;
        default -> {}
      }
    }
    return new Loaded(asked, document);
  }

  /// The page as it came, before the browser read it.
  String page(Loaded loaded) throws IOException, InterruptedException {
    return tools("Network.getResponseBody", Map.of("requestId", loaded.document()))
        .path("body")
        .asString("");
  }

  private Stream<JsonNode> log(String type) throws IOException, InterruptedException {
    return StreamSupport.stream(ask("se/log", Map.of("type", type)).spliterator(), false);
  }

  /// The address of the page.
  URI where() throws IOException, InterruptedException {
    return URI.create(
        send(HttpRequest.newBuilder(base.resolve(session + "url")).GET()).asString("about:blank"));
  }

  /// A picture of the whole page, PNG.
  byte[] picture() throws IOException, InterruptedException {
    JsonNode size = tools("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    JsonNode taken =
        tools(
            "Page.captureScreenshot",
            Map.of(
                "format",
                "png",
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x",
                    0,
                    "y",
                    0,
                    "width",
                    size.path("width").asInt(0),
                    "height",
                    size.path("height").asInt(0),
                    "scale",
                    1)));
    return Base64.getDecoder().decode(taken.path("data").asString(""));
  }

  /// A device with passkeys, which always agrees.
  ///
  /// @spec https://www.w3.org/TR/webauthn-3/#sctn-automation-add-virtual-authenticator Web
  ///   Authentication, section 11.3: Add Virtual Authenticator
  void plugInDevice() throws IOException, InterruptedException {
    var _ =
        ask(
            "webauthn/authenticator",
            Map.of(
                "protocol",
                "ctap2",
                "transport",
                "internal",
                "hasResidentKey",
                true,
                "hasUserVerification",
                true,
                "isUserConsenting",
                true,
                "isUserVerified",
                true));
  }

  /// Presses keys one after the other, such as [#TAB], whatever has the focus.
  void press(String keys) throws IOException, InterruptedException {
    var actions = new ArrayList<Map<String, Object>>();
    keys.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            key -> {
              actions.add(Map.of("type", "keyDown", "value", key));
              actions.add(Map.of("type", "keyUp", "value", key));
            });
    var _ =
        ask(
            "actions",
            Map.of(
                "actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
  }

  /// What stands on the page.
  String text() throws IOException, InterruptedException {
    return run("return document.body ? document.body.innerText : ''");
  }

  /// Waits until a text stands on the page.
  void awaitText(String text) throws Exception {
    Await.until(this::text, () -> text().contains(text));
  }

  /// Waits until there is something, and names it.
  String element(String selector) throws Exception {
    Await.until(
        () -> selector + " in: " + text(),
        () -> !run("return '' + document.querySelectorAll(`" + selector + "`).length").equals("0"));
    JsonNode found = ask("element", Map.of("using", "css selector", "value", selector));
    return found.iterator().next().asString("");
  }

  void type(String selector, String text) throws Exception {
    String element = element(selector);
    var _ = ask("element/" + element + "/clear", Map.of());
    var _ = ask("element/" + element + "/value", Map.of("text", text));
  }

  void click(String selector) throws Exception {
    var _ = ask("element/" + element(selector) + "/click", Map.of());
  }

  @Override
  public void close() throws IOException {
    try {
      if (!session.isEmpty()) {
        var _ =
            send(
                HttpRequest.newBuilder(base.resolve(session.substring(0, session.length() - 1)))
                    .DELETE());
      }
    } catch (IOException _) {
      // The driver takes its browser along.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Command.stop(driver);
      http.close();
      for (String left : List.of("SingletonSocket", "SingletonLock", "SingletonCookie")) {
        Files.deleteIfExists(profile.resolve(left)); // they lead out of the directory
      }
    }
  }
}
