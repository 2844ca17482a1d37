package net.facteur.server.metrics;

import java.util.Locale;
import java.util.stream.Collectors;

/// Writes the table of `docs/metrics.md` from [Metric].
public final class MetricsTable {
  private MetricsTable() {}

  /// A row for each metric, in Markdown.
  public static String write() {
    var out = new StringBuilder("| metric | kind | labels | what it says |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      out.append("| `").append(metric.title()).append("` | ");
      out.append(metric.kind().name().toLowerCase(Locale.ROOT)).append(" | ");
      out.append(
          metric.labels().stream().map(MetricsTable::label).collect(Collectors.joining("; ")));
      out.append(" | ").append(metric.help()).append(" |\n");
    }
    return out.toString();
  }

  private static String label(Metric.Label label) {
    return "`"
        + label.name()
        + "`"
        + (label.values().isEmpty()
            ? ""
            : ": " + label.values().stream().sorted().collect(Collectors.joining(", ")));
  }
}
