package net.facteur.server.lists.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
  private static CsvTable read(String file) {
    return switch (CsvTable.parse(file)) {
      case Parsed.Ok<CsvTable>(CsvTable table) -> table;
      case Parsed.Malformed<CsvTable>(int offset, String expected) ->
          throw new AssertionError(offset + ": " + expected);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "address,name\r\na@example.org,\"D., Ann\"\r\n",
        "\uFEFFaddress;name\na@example.org;\"D., Ann\"",
        "sep=;\r\naddress;name\r\na@example.org;\"D., Ann\"\r\n",
        "address\tname\ra@example.org\t\"D., Ann\"\r",
        "# a comment\n\n Address , NAME \na@example.org,\"D., Ann\"\n\n"
      })
  void allWaysOfSpreadsheetsSayTheSame(String file) {
    CsvTable table = read(file);
    assertEquals(List.of("address", "name"), table.columns());
    assertEquals(1, table.rows().size());
    assertEquals("a@example.org", table.rows().getFirst().field("address"));
    assertEquals("D., Ann", table.rows().getFirst().field("name"));
  }

  @Test
  void quotesHoldQuotesSeparatorsAndLines() {
    CsvTable table = read("a,b\n\"say \"\"hi\"\", x\",\"two\nlines\"\nplain,\n");
    assertEquals("say \"hi\", x", table.rows().getFirst().field("a"));
    assertEquals("two\nlines", table.rows().getFirst().field("b"));
    assertEquals(2, table.rows().getFirst().line());
    assertEquals(4, table.rows().get(1).line(), "a field of two lines counts as two");
    assertEquals("", table.rows().get(1).field("b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "a,b\n\"x", "a,b\n\"x\"y,z\n", "a,b\n1,2,3\n"})
  void whatIsNoTableIsMalformed(String file) {
    assertInstanceOf(Parsed.Malformed.class, CsvTable.parse(file));
  }
}
