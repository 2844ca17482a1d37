package net.facteur.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorePlanTest {
  @TempDir private Path directory;

  /// Whoever is killed after any number of renames goes on, and ends where all end.
  @Test
  void whoeverIsKilledAfterAnyRenameGoesOn() throws IOException {
    for (int killed = 0; killed <= 5; killed++) {
      Path data = Files.createDirectories(directory.resolve("data-" + killed));
      Path staging = Files.createDirectories(data.resolve(".restore-1"));
      Path aside = data.resolve("before-restore-1");
      Files.writeString(data.resolve("users"), "old users");
      Files.writeString(data.resolve("database-wal"), "log of the old one");
      Files.createDirectories(data.resolve("keys"));
      Files.writeString(data.resolve("keys/a"), "old key");
      Files.writeString(staging.resolve("users"), "new users");
      Files.writeString(staging.resolve("fresh"), "new file");
      Files.createDirectories(staging.resolve("keys"));
      Files.writeString(staging.resolve("keys/b"), "new key");
      var plan =
          new RestorePlan(
              List.of(
                  new RestorePlan.Move(
                      Optional.empty(),
                      data.resolve("database-wal"),
                      aside.resolve("database-wal")),
                  move(staging, data, aside, "users"),
                  move(staging, data, aside, "fresh"),
                  move(staging, data, aside, "keys")),
              List.of(staging));
      plan.begin(data);
      assertTrue(RestorePlan.pending(data));
      some(plan, killed);
      assertEquals(plan, RestorePlan.read(data));
      assertEquals(List.of(aside), RestorePlan.read(data).finish(data));
      assertFalse(RestorePlan.pending(data));
      assertEquals(
          Map.of(
              "users", "new users",
              "fresh", "new file",
              "keys/b", "new key",
              "before-restore-1/users", "old users",
              "before-restore-1/keys/a", "old key",
              "before-restore-1/database-wal", "log of the old one"),
          texts(data));
    }
  }

  private static RestorePlan.Move move(Path staging, Path data, Path aside, String name) {
    return new RestorePlan.Move(
        Optional.of(staging.resolve(name)), data.resolve(name), aside.resolve(name));
  }

  /// The first renames of a plan, by hand.
  private static void some(RestorePlan plan, int count) throws IOException {
    int done = 0;
    for (RestorePlan.Move move : plan.moves()) {
      if (done < count && Files.exists(move.to())) {
        Files.createDirectories(move.aside().getParent());
        Files.move(move.to(), move.aside());
        done++;
      }
      if (done < count && move.from().isPresent()) {
        Files.move(move.from().get(), move.to());
        done++;
      }
    }
  }

  private static Map<String, String> texts(Path top) throws IOException {
    var found = new HashMap<String, String>();
    for (String name : SmallServer.content(top).keySet()) {
      found.put(name, Files.readString(top.resolve(name)));
    }
    return found;
  }
}
