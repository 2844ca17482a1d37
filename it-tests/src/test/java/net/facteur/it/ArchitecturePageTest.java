package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page that explains the packages lists them in the order that [ArchitectureTest] holds.
class ArchitecturePageTest {
  private static final Path PAGE = Path.of("..", "docs", "architecture.md");
  private static final Pattern HEADING = Pattern.compile("Packages of `([a-z-]+)`, top first.*:");
  private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

  /// Names in the order of the page, without what stands in front of all of them; sub-packages have
  /// the layer of the package above.
  private record Table(String module, List<String> packages) {}

  @Test
  void rowsStandInTheOrderOfTheLayers() throws IOException {
    var layers = Map.of("smtp-server", ArchitectureTest.SERVER, "queue", ArchitectureTest.QUEUE);
    List<Table> tables = tables();
    assertEquals(layers.keySet(), tables.stream().map(Table::module).collect(Collectors.toSet()));
    for (Table table : tables) {
      assertEquals(
          layers.getOrDefault(table.module, List.of()).stream()
              .map(layer -> layer.replace("..", ""))
              .map(layer -> layer.substring(layer.lastIndexOf('.') + 1))
              .toList(),
          table.packages,
          "the order in docs/architecture.md, and that in ArchitectureTest");
    }
  }

  private static List<Table> tables() throws IOException {
    var tables = new ArrayList<Table>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        tables.add(new Table(heading.group(1), new ArrayList<>()));
        inside = true;
      } else if (line.startsWith("#") || line.startsWith("Packages of")) {
        inside = false;
      } else if (inside && line.startsWith("| `")) {
        Matcher names = NAME.matcher(line.substring(0, line.indexOf('|', 1)));
        while (names.find()) {
          if (names.group(1).indexOf('.') < 0) {
            tables.getLast().packages.add(names.group(1));
          }
        }
      }
    }
    return tables;
  }
}
