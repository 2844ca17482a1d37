package net.facteur.server.alerts;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What can be asked of the alerts of a running server.
public record AlertRequests(AlertWatch watch) {
  /// Tries each way, and tells of each: `way`, and `failed` with the reason where it did not get
  /// through. Blocks.
  public void test(Consumer<Map<String, Object>> out) {
    watch
        .test()
        .forEach(
            (way, failed) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("way", way);
              failed.ifPresent(reason -> row.put("failed", reason));
              out.accept(row);
            });
  }
}
