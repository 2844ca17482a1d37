package net.facteur.server.accounts;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// When each password was used last, and from where. It stands in a file of its own, so that a
/// login never writes the users file: in memory first, and on disk once a minute, together with all
/// others. A power cut may lose that minute, and nothing else.
///
/// Safe for use by many threads, and for several objects on one file, which keep the later of what
/// each has seen.
public final class LastLogins {
  private static final Logger LOG = LogManager.getLogger(LastLogins.class);
  private static final Duration PACE = Duration.ofMinutes(1);
  private static final long MAX_OCTETS = 256L << 20;
  private static final String OWN = "-";
  private static final String HEADER =
      "# When each user of Facteur, or device of one, logged in last. Written by the server.\n";

  private final Optional<Path> file;
  private final InstantSource clock;
  private final Map<Key, Use> unwritten = new ConcurrentHashMap<>();
  private Instant written = Instant.MIN;

  /// A password: of a user, or of an app.
  ///
  /// @param user the address
  /// @param app the name of the app password; empty for the user's own
  public record Key(String user, Optional<String> app) {}

  /// @param service such as `imap`
  public record Use(Instant at, String address, String service) {
    Use later(Use other) {
      return other.at.isAfter(at) ? other : this;
    }
  }

  private LastLogins(Optional<Path> file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /// Those of a file.
  public static LastLogins in(Path file, InstantSource clock) {
    return new LastLogins(Optional.of(file), clock);
  }

  /// Those that nobody wants to know.
  static LastLogins unkept() {
    return new LastLogins(Optional.empty(), () -> Instant.EPOCH);
  }

  /// The file for a users file.
  public static Path beside(Path users) {
    return users.resolveSibling(users.getFileName() + ".logins");
  }

  void used(String user, Optional<String> app, InetAddress client, LoginService service) {
    if (file.isPresent()) {
      var use =
          new Use(
              clock.instant().truncatedTo(ChronoUnit.SECONDS),
              client.getHostAddress(),
              service.word());
      unwritten.merge(new Key(user, app), use, Use::later);
    }
  }

  /// Tells a history what the file knows.
  void tell(LoginHistory history) {
    if (file.isPresent()) {
      try {
        history.recall(read(file.get()), clock.instant());
      } catch (IOException e) {
        LOG.warn("the last logins cannot be read: {}", e.getMessage());
      }
    }
  }

  /// Writes what is new, unless that was done within a minute.
  ///
  /// @param wanted the users whose logins are kept
  void writeInTime(Predicate<UserName> wanted) {
    Instant now = clock.instant();
    synchronized (this) {
      if (now.isBefore(written.plus(PACE)) && !written.isAfter(now)) {
        return;
      }
      written = now;
    }
    write(wanted);
  }

  /// Writes what is new.
  void write(Predicate<UserName> wanted) {
    if (file.isEmpty() || unwritten.isEmpty()) {
      return;
    }
    Map<Key, Use> fresh = new HashMap<>(unwritten);
    try {
      Path directory = file.get().toAbsolutePath().getParent();
      if (directory != null) {
        DurableDirectory.secret(directory).make();
      }
      var _ =
          FileTurn.of(file.get())
              .exclusively(
                  () -> {
                    Map<Key, Use> all = read(file.get());
                    fresh.forEach((key, use) -> all.merge(key, use, Use::later));
                    all.keySet()
                        .removeIf(key -> UserName.parse(key.user()).filter(wanted).isEmpty());
                    DurableFile.secret(file.get()).replace(text(all));
                    return all;
                  });
      fresh.forEach(unwritten::remove);
    } catch (IOException e) {
      LOG.warn("the last logins cannot be written: {}", e.getMessage());
    }
  }

  private static String text(Map<Key, Use> uses) {
    var lines = new TreeMap<String, Use>();
    uses.forEach((key, use) -> lines.put(key.user() + " " + key.app().orElse(OWN), use));
    var out = new StringBuilder(HEADER);
    lines.forEach(
        (key, use) ->
            out.append(key)
                .append(' ')
                .append(use.at())
                .append(' ')
                .append(use.address())
                .append(' ')
                .append(use.service())
                .append('\n'));
    return out.toString();
  }

  /// Reads a file. What is damaged is left out: nothing depends on it.
  ///
  /// @return empty where there is none
  /// @throws IOException where it cannot be read
  public static Map<Key, Use> read(Path file) throws IOException {
    Map<Key, Use> uses = new HashMap<>();
    try {
      if (Files.size(file) > MAX_OCTETS) {
        return uses;
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      text.lines().filter(line -> !line.startsWith("#")).forEach(line -> read(line, uses));
    } catch (NoSuchFileException _) {
      // nobody has logged in yet
    }
    return uses;
  }

  private static void read(String line, Map<Key, Use> uses) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 5) {
      return;
    }
    try {
      var use = new Use(Instant.parse(parts[2]), parts[3], parts[4]);
      Optional<String> app = parts[1].equals(OWN) ? Optional.empty() : Optional.of(parts[1]);
      uses.merge(new Key(parts[0], app), use, Use::later);
    } catch (DateTimeException _) {
      // damaged
    }
  }
}
