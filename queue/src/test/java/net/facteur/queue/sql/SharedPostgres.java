package net.facteur.queue.sql;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import net.facteur.queue.PostgresSettings;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The PostgreSQL server of a test run: started for the first class that registers this, shared by
/// all that do, and stopped with the run.
public final class SharedPostgres implements BeforeAllCallback {
  private Optional<PostgresServer> server = Optional.empty();

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(SharedPostgres.class))
            .computeIfAbsent(Started.class, _ -> Started.now(), Started.class)
            .server();
  }

  /// A database that nobody has used; where no PostgreSQL is installed, the test is not run.
  public PostgresSettings database(Duration lease) {
    Assumptions.assumeTrue(server.isPresent(), "not run: apt-get install postgresql");
    return server.orElseThrow().database(lease);
  }

  /// @param server empty where none is installed
  private record Started(Optional<PostgresServer> server) implements AutoCloseable {
    static Started now() {
      try {
        return new Started(PostgresServer.start());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      server.ifPresent(PostgresServer::close);
    }
  }
}
