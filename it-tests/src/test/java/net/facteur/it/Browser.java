package net.facteur.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Chromium without a window, driven by its driver.
///
/// @spec https://www.w3.org/TR/webdriver2/ WebDriver
final class Browser implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process driver;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI base;
  private String session = "";

  private Browser(Process driver, URI base) {
    this.driver = driver;
    this.base = base;
  }

  /// @param directory for what it writes
  static Browser open(Path directory) throws Exception {
    int port = World.freePort(InetAddress.ofLiteral("127.0.0.1"));
    Process driver =
        new ProcessBuilder(Program.CHROMIUM.path(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("chromedriver.log").toFile())
            .start();
    var browser = new Browser(driver, URI.create("http://127.0.0.1:" + port + "/"));
    try {
      Await.until(() -> "the driver of Chromium", browser::isReady);
      List<String> words =
          List.of(
              "--headless=new",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-dev-shm-usage",
              "--no-proxy-server",
              "--lang=en",
              "--window-size=1400,1000",
              "--user-data-dir=" + directory.resolve("chromium"));
      JsonNode answer =
          browser.ask(
              "session",
              Map.of(
                  "capabilities",
                  Map.of(
                      "alwaysMatch",
                      Map.of(
                          "browserName", "chrome", "goog:chromeOptions", Map.of("args", words)))));
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

  /// What stands on the page.
  String text() throws IOException, InterruptedException {
    return run("return document.body ? document.body.innerText : ''");
  }

  /// Waits until a text stands on the page.
  void awaitText(String text) throws Exception {
    Await.until(this::text, () -> text().contains(text));
  }

  /// Waits until there is something, and names it.
  private String element(String selector) throws Exception {
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
    }
  }
}
