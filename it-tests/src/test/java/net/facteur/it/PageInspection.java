package net.facteur.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What is asked of each page, whoever looks at it: nothing to scroll sideways, no complaint of the
/// browser, nothing from elsewhere, small, valid HTML, and no serious fault for whoever does not
/// see, hear or move as others do. Keeps a picture of each.
final class PageInspection {
  /// What a page and all that it loads may take together, in octets.
  private static final int MOST = 60 << 10;

  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final Set<String> GRAVE = Set.of("serious", "critical");
  private static final String AXE = axe();

  private final HtmlCheck html = new HtmlCheck();
  private final List<String> faults = new ArrayList<>();

  private static String axe() {
    try (InputStream in = PageInspection.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new IllegalStateException("axe is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// All that was found so far.
  List<String> faults() {
    return List.copyOf(faults);
  }

  /// Looks at the page that the browser shows.
  ///
  /// @param name of the page, for faults and pictures
  void look(Browser browser, String name, PageLook look) throws Exception {
    String where = name + " (" + look + ")";
    Files.createDirectories(PICTURES);
    Files.write(
        PICTURES.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + "-" + look + ".png"),
        browser.picture());
    URI page = browser.where();
    Browser.Loaded loaded = browser.loaded();
    if (!browser.run("return document.contentType").equals("text/html")) {
      fault(where, "is no page");
      return;
    }
    if (!browser.run("return document.documentElement.lang").equals(look.language())) {
      fault(where, "speaks " + browser.run("return document.documentElement.lang"));
    }
    if (!browser.run("return '' + document.querySelectorAll('h1').length").equals("1")) {
      fault(where, "has not one h1");
    }
    for (String wide : lines(browser.run(OVERFLOWING))) {
      fault(where, "is to be scrolled sideways: " + wide);
    }
    for (String gone : lines(browser.run(CUT_OFF))) {
      fault(where, "cuts off: " + gone);
    }
    browser.complaints().forEach(complaint -> fault(where, "the browser complains: " + complaint));
    for (String asked : loaded.asked()) {
      // Chromium draws its own signs in fields for dates from pictures that it has in itself.
      if (!asked.startsWith(page.resolve("/").toString()) && !asked.startsWith("data:")) {
        fault(where, "asks elsewhere: " + asked);
      }
    }
    String source = browser.page(loaded);
    int octets =
        source.getBytes(StandardCharsets.UTF_8).length + Integer.parseInt(browser.run(LOADED));
    if (octets > MOST) {
      fault(where, "has " + octets + " octets");
    }
    html.mistakes(source).forEach(mistake -> fault(where, "is no valid HTML: " + mistake));
    // The page stays as it was read without scripts; axe is one.
    var _ = browser.tools("Emulation.setScriptExecutionDisabled", Map.of("value", false));
    accessible(browser, where, RULES);
    PageLook other = look.otherLight();
    other.show(browser);
    accessible(browser, name + " (" + other + ")", CONTRAST);
  }

  private void accessible(Browser browser, String where, String rules) throws Exception {
    JsonNode found = browser.await(AXE + ";\nconst rules = { " + rules + " };\n" + RUN);
    if (found.has("error")) {
      fault(where, "axe does not run: " + found.path("error").asString(""));
    }
    for (JsonNode violation : found.path("violations")) {
      if (GRAVE.contains(violation.path("impact").asString(""))) {
        fault(where, "axe: " + violation.path("text").asString(""));
      }
    }
    if (found.path("passes").asInt(0) == 0) {
      fault(where, "axe has looked at nothing: " + found);
    }
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }

  private void fault(String where, String what) {
    faults.add(where + " " + what);
  }

  /// What is wider than the window and stands in nothing that scrolls by itself.
  private static final String OVERFLOWING =
      """
      const root = document.scrollingElement;
      if (root.scrollWidth <= root.clientWidth) { return ''; }
      return [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
        .map(e => e.outerHTML.slice(0, 120).replace(/\\n/g, ' '))
        .slice(0, 3).join('\\n') || 'something';
      """;

  /// Words that nobody can read, since what they stand in is too small and does not scroll.
  private static final String CUT_OFF =
      """
      return [...document.querySelectorAll('body *')]
        .filter(e => {
          const style = getComputedStyle(e);
          return !e.closest('.hidden, .skip, svg') && e.clientWidth > 0
            && ((style.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1)
              || (style.overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 1)
              || (e.matches('button, .button') && e.scrollWidth > e.clientWidth + 1));
        })
        .map(e => e.outerHTML.slice(0, 120).replace(/\\n/g, ' ')).join('\\n');
      """;

  private static final String LOADED =
      """
      return '' + performance.getEntriesByType('resource')
        .reduce((sum, one) => sum + one.encodedBodySize, 0);
      """;

  /// The rules of WCAG 2.2, A and AA.
  private static final String RULES =
      "runOnly: { type: 'tag', values:"
          + " ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },"
          + " rules: { 'target-size': { enabled: true } }";

  /// What changes with the light.
  private static final String CONTRAST = "runOnly: ['color-contrast']";

  private static final String RUN =
      """
      const result = await axe.run(document, rules);
      return {
        passes: result.passes.length,
        violations: result.violations.map(one => ({
          impact: one.impact,
          text: one.id + ', ' + one.help + ': ' + one.nodes.slice(0, 3)
            .map(node => node.html.slice(0, 200) + ' ' + (node.failureSummary || '')).join('; ')
        }))
      };
      """;
}
