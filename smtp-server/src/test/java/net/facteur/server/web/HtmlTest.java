package net.facteur.server.web;

import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTest {
  @Test
  void wordsAndValuesOfAttributesAreEscaped() {
    assertEquals(
        "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;amp;<br>é</p>",
        element("p", words("<script>&amp;"), element("br"), words("é"))
            .with("title", "\" onclick='x'")
            .print());
  }

  @ParameterizedTest
  @CsvSource({
    "href, javascript:alert(1)",
    "href, https://example.org/",
    "href, //example.org/",
    "href, /\\example.org/",
    "src, data:text/html",
    "action, ''",
    "onclick, alert(1)",
    "style, color:red"
  })
  void nothingLeadsAwayNorRuns(String attribute, String value) {
    assertThrows(IllegalArgumentException.class, () -> element("a").with(attribute, value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"script", "style", "iframe", "object", "base"})
  void nothingIsThereThatRunsOrLoads(String name) {
    assertThrows(IllegalArgumentException.class, () -> element(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"?lang=fr", "#content"})
  void placesOfThePageLeadSomewhere(String place) {
    assertEquals("<a href=\"" + place + "\"></a>", element("a").with("href", place).print());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a?b=c", "/a/b#c"})
  void pathsOfOursLeadSomewhere(String path) {
    assertEquals("<a href=\"" + path + "\"></a>", element("a").with("href", path).print());
  }
}
