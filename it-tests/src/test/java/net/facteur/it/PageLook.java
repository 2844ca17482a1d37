package net.facteur.it;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How somebody looks at a page.
///
/// @param language that the browser asks for
/// @param scripts false in a browser that runs none
/// @param width of the window in CSS pixels
/// @param dark true for whoever wants a dark screen
record PageLook(String language, boolean scripts, int width, boolean dark) {
  static final int NARROW = 360;
  static final int WIDE = 1280;

  private static final int HEIGHT = 800;

  /// Each of them, so that four that follow each other have both sides of everything.
  static List<PageLook> all() {
    return Stream.of("en", "fr")
        .flatMap(
            language ->
                Stream.of(0, 1, 2, 3, 4, 5, 6, 7)
                    .map(
                        n ->
                            new PageLook(
                                language,
                                (n & 1) == 0,
                                (n & 2) == 0 ? NARROW : WIDE,
                                (n & 4) != 0 ^ (n & 2) != 0)))
        .toList();
  }

  /// One of them after the other, each unlike the last one.
  static PageLook turn(int n) {
    List<PageLook> all = all();
    return all.get(n * 11 % all.size());
  }

  /// From the next page on.
  void take(Browser browser) throws IOException, InterruptedException {
    var _ = browser.tools("Emulation.setScriptExecutionDisabled", Map.of("value", !scripts));
    var _ =
        browser.tools(
            "Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Accept-Language", language)));
    var _ =
        browser.tools(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    // As telephones have it, and so that pictures show what a window shows.
    var _ = browser.tools("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    show(browser);
  }

  /// The same in the dark, or in the light.
  PageLook otherLight() {
    return new PageLook(language, scripts, width, !dark);
  }

  /// Changes the light on the page that is shown.
  void show(Browser browser) throws IOException, InterruptedException {
    var _ =
        browser.tools(
            "Emulation.setEmulatedMedia",
            Map.of(
                "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /// For the name of a file.
  @Override
  public String toString() {
    return language + "-" + width + (dark ? "-dark" : "-light") + (scripts ? "" : "-no-script");
  }
}
