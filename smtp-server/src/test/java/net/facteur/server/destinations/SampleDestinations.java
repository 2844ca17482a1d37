package net.facteur.server.destinations;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.counts.SqlCountStore;

/// What a server leaves behind of mail to two providers, one of which refuses some.
public final class SampleDestinations {
  private SampleDestinations() {}

  /// @param more what the provider adds to its refusal
  public static void keep(Path queue, Instant now, String more) throws IOException, SQLException {
    try (var store = DestinationStore.in(queue);
        var counts = SqlCountStore.in(queue, () -> now)) {
      if (!store.since(now).isEmpty()) {
        throw new IllegalStateException("there is something already");
      }
      counts.put("domain-provider", "verein.example", "microsoft " + now.getEpochSecond() / 86_400);
      counts.put(
          "destination-pace", "microsoft", now.toEpochMilli() + " 1 30000 " + now.toEpochMilli());
    }
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + queue.resolve(CountsDatabase.FILE_NAME));
        var hour =
            connection.prepareStatement("INSERT INTO destination_hour VALUES (?, ?, 'node', ?)");
        var said =
            connection.prepareStatement(
                "INSERT INTO destination_refused VALUES ('microsoft', 'x', 1, ?, 3,"
                    + " '06H2VHKJ9VNC3HWD', 'mx.example', '5.7.1', ?)")) {
      for (int i = 0; i < 30; i++) {
        hour.setString(1, i % 2 == 0 ? "microsoft" : "google");
        hour.setLong(2, now.getEpochSecond() / 3_600 - i);
        hour.setString(3, "a=4 d=3 f=1 r=1 h=0,3 t=TLSv1.3:4");
        hour.executeUpdate();
      }
      said.setLong(1, now.toEpochMilli());
      said.setString(
          2, "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent (S3150). " + more);
      said.executeUpdate();
    }
  }

  /// As the page opens it.
  public static ProvidersInLetter.Kept open(Path queue, Instant now) {
    return new ProvidersInLetter.Kept(
        DestinationStore.in(queue), SqlCountStore.in(queue, () -> now));
  }
}
