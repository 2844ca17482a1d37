package net.facteur.server.queue;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.config.SettingTypes.text;
import static net.facteur.server.queue.QueueTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueSettings;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.host.DataDirectory;

/// How the queue is kept, and how delivery is tried.
///
/// @param queue the settings of the library
/// @param shared the database of several servers; empty where the queue is a file of this one
public record StoreSettings(QueueSettings queue, Optional<Shared> shared) {
  public static final Setting<Duration> LIFE =
      Setting.of(
              "queue.life",
              duration(Duration.ofMinutes(1), Duration.ofDays(30)),
              QueueSettings.Retry.DEFAULT.life(),
              "How long delivery is tried before the sender is told that it failed.")
          .atStart();

  public static final Setting<Duration> DELAY_REPORT =
      Setting.of(
              "queue.delay-report",
              duration(Duration.ofMinutes(1), Duration.ofDays(30)),
              QueueSettings.Retry.DEFAULT.delayReport(),
              "When the sender is told that a message is late. Not below queue.life means never.")
          .atStart();

  public static final Setting<Duration> FIRST_RETRY =
      Setting.of(
              "queue.first-retry",
              duration(Duration.ofSeconds(1), Duration.ofDays(1)),
              QueueSettings.Retry.DEFAULT.minimum(),
              "The wait after the first attempt; it doubles each time.")
          .atStart();

  public static final Setting<Duration> LONGEST_RETRY =
      Setting.of(
              "queue.longest-retry",
              duration(Duration.ofSeconds(1), Duration.ofDays(1)),
              QueueSettings.Retry.DEFAULT.maximum(),
              "The longest wait between two attempts.")
          .atStart();

  public static final Setting<Integer> ATTEMPTS =
      Setting.of(
              "queue.attempts",
              integer(1, 10_000),
              QueueSettings.Load.DEFAULT.attempts(),
              "Deliveries that are tried at the same time.")
          .atStart();

  public static final Setting<Integer> PER_DESTINATION =
      Setting.of(
              "queue.attempts-per-destination",
              integer(1, 1000),
              QueueSettings.Load.DEFAULT.perDestination(),
              "Of these, to one destination.")
          .atStart();

  public static final Setting<Long> MINIMUM_FREE =
      Setting.of(
              "queue.minimum-free",
              size(0, 1L << 40),
              QueueSettings.Storage.DEFAULT.minimumFree(),
              "Disk space that has to stay free; below it new mail is put off with 452. Unless this"
                  + " is 0, 8 MiB more are put by in a file, so that what leaves a full disk can"
                  + " still be written down.")
          .atStart();

  public static final Setting<Integer> RATE =
      Setting.of(
              "queue.rate-per-destination",
              integer(0, 1_000_000),
              0,
              "The most deliveries that begin in a minute to one destination; 0 is no limit.")
          .atStart();

  public static final Setting<Duration> HISTORY =
      Setting.of(
              "queue.history",
              duration(Duration.ZERO, Duration.ofDays(366)),
              QueueSettings.Storage.DEFAULT.history(),
              "How long the life of a message can be told after it has left: facteur why.")
          .atStart();

  public static final Setting<String> URL =
      Setting.optional(
              "queue.url",
              postgresUrl(),
              "the queue is a SQLite database below directories.queue",
              "\"jdbc:postgresql://db.example.org/facteur\"",
              "The PostgreSQL database that keeps the queue, for several servers that share the"
                  + " work.")
          .atStart();

  public static final Setting<String> USER =
      Setting.optional(
              "queue.user",
              text(255),
              "the URL or the system says who",
              "facteur",
              "Who logs in to that database.")
          .atStart();

  public static final Setting<Path> PASSWORD_FILE =
      Setting.optional(
              "queue.password-file",
              path(),
              "no password",
              "/etc/facteur/queue.password",
              "A file with the password on its first line, readable by the server alone.")
          .atStart();

  public static final Setting<Path> DIRECTORY =
      Setting.of(
              "directories.queue",
              path(),
              Path.of("queue"),
              "The mail queue; relative to directories.data. It must lie on a local disk that keeps"
                  + " what it was told to keep (fsync).")
          .atStart();

  /// Rows about directories.
  public static final Rows DIRECTORIES = Rows.of(DIRECTORY);

  /// Rows about delivery.
  public static final Rows DELIVERY =
      Rows.of(
          LIFE,
          DELAY_REPORT,
          FIRST_RETRY,
          LONGEST_RETRY,
          ATTEMPTS,
          PER_DESTINATION,
          MINIMUM_FREE,
          RATE);

  /// Rows about what is kept, and where.
  public static final Rows STORAGE = Rows.of(HISTORY, URL, USER, PASSWORD_FILE);

  /// A database that several servers share.
  ///
  /// @param passwordFile has the password on its first line
  public record Shared(String url, Optional<String> user, Optional<Path> passwordFile) {
    /// The same for the library.
    ///
    /// @throws IOException where the password cannot be read
    public PostgresSettings postgres() throws IOException {
      Optional<String> password =
          passwordFile.isPresent()
              ? Optional.of(new PasswordFile(passwordFile.get()).read())
              : Optional.empty();
      return new PostgresSettings(url, user, password, PostgresSettings.LEASE);
    }
  }

  /// Where the queue is, for who only looks at it.
  ///
  /// @param directory where it lies if no other server shares it
  /// @param shared the database of several servers; empty where it is a file of this one
  public record Place(Path directory, Optional<Shared> shared) {
    public static Place from(Settings settings) {
      Optional<String> user = settings.find(USER);
      Optional<Path> password = settings.find(PASSWORD_FILE).map(settings::resolve);
      return new Place(
          DataDirectory.from(settings).resolve(settings.get(DIRECTORY)),
          settings.find(URL).map(url -> new Shared(url, user, password)));
    }
  }

  public static StoreSettings from(Settings settings) {
    var storage = QueueSettings.Storage.DEFAULT;
    var retry = QueueSettings.Retry.DEFAULT;
    var load = QueueSettings.Load.DEFAULT;
    int perDestination = settings.get(PER_DESTINATION);
    return new StoreSettings(
        new QueueSettings(
            Place.from(settings).directory(),
            new QueueSettings.Storage(
                storage.stagingThreshold(),
                settings.get(MINIMUM_FREE),
                storage.memoryBudget(),
                settings.get(HISTORY)),
            new QueueSettings.Retry(
                settings.get(FIRST_RETRY),
                settings.get(LONGEST_RETRY),
                settings.get(LIFE),
                settings.get(DELAY_REPORT),
                retry.downMinimum(),
                retry.downMaximum()),
            new QueueSettings.Load(
                settings.get(ATTEMPTS),
                perDestination,
                Math.min(load.initialPerDestination(), perDestination),
                load.recipientsPerAttempt(),
                load.window(),
                load.windowPerDestination(),
                settings.get(RATE))),
        Place.from(settings).shared());
  }

  /// The database to share; empty where none is.
  ///
  /// @throws IOException where the password cannot be read
  public Optional<PostgresSettings> postgres() throws IOException {
    return shared.isPresent() ? Optional.of(shared.get().postgres()) : Optional.empty();
  }

  /// A database of PostgreSQL.
  private static SettingType<String> postgresUrl() {
    return SettingTypes.scalar(
        ConfigTexts.SAY.url(),
        SAY.postgresBounds(),
        text ->
            text.startsWith("jdbc:postgresql:") && text.length() <= 1024
                ? Reading.good(text)
                : Reading.wrong(SAY.notPostgres()),
        text -> text);
  }
}
