package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedKeysTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a = 1\\na = 2 | a 1 2",
        "a = 1, a = 2 | a 1 1",
        "a { b = 1 }\\na.b = 2 | a.b 1 2",
        "a.b = 1\\n\\na { c = 1\\n b = 2 } | a.b 1 4",
        "\"x.y\" = 1\\n\"x.y\" : 2 | x.y 1 2",
        "a = [1\\n2]\\na = [3] | a 1 3",
        "a = \"}\"\\na = 2 | a 1 2",
        "a = 1 # a = 2\\n// a = 3\\na = 4 | a 1 3",
        "d { \"e.org\" { s = x } }\\nd { \"e.org\" { s = y } } | d.e.org.s 1 2",
      })
  void aKeyThatIsSetTwiceIsFoundWithBothLines(String text, String expected) {
    assertEquals(expected, found(text));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a { b = 1 }\\na { c = 1 }",
        "a += 1\\na += 2",
        "a = 1\\na = ${a} 2",
        "a = 1\\nb { a = 2 }",
        "a = [ { b = 1 }, { b = 2 } ]",
        "a = \"b = 1\"\\nb = 2\\nc = \"b = 1\"",
        "include \"x.conf\"\\ninclude \"x.conf\"",
        "a {\\n}\\na {\\n}",
        "} } { { [ \" = ",
        "a = \"\\\\\" b\"\\nb = 1",
      })
  void whatIsMeantIsNotFound(String text) {
    assertEquals("", found(text));
  }

  @Test
  void aTextOfSeveralLinesCountsItsLines() {
    assertEquals("a 1 4", found("a = \"\"\"x\ny\n\"\"\"\na = 2"));
  }

  private static String found(String text) {
    List<RepeatedKeys.Repeated> all =
        RepeatedKeys.in(new SourceFile(Path.of("mail.conf"), text.replace("\\n", "\n")));
    return String.join(
        "; ",
        all.stream()
            .map(r -> String.join(".", r.path()) + " " + r.before().line() + " " + r.where().line())
            .toList());
  }
}
