package net.facteur.server.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.queue.store.Consignment;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;

/// The files of a server, as they lie on a disk, for a backup.
///
/// @param home has `conf/mail.conf` and `data`
record SmallServer(Path home) {
  static final Instant NOW = Instant.parse("2026-12-01T03:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final Destination ALICE = new Destination("maildir:alice@example.org");

  static SmallServer in(Path home) throws IOException {
    var server = new SmallServer(home);
    Files.createDirectories(home.resolve("conf"));
    Files.createDirectories(server.data());
    server.write(
        server.settingsFile(),
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        include "more.conf"
        """);
    server.write(
        home.resolve("conf/more.conf"),
        "smarthost { host = relay.example.net, user = me, password-file = conf/relay.password }\n");
    server.write(home.resolve("conf/relay.password"), "secret\n");
    return server;
  }

  Path data() {
    return home.resolve("data");
  }

  Path settingsFile() {
    return home.resolve("conf/mail.conf");
  }

  Settings settings() {
    return switch (Reference.loader(Map.of(), Optional.of("x.example")).load(settingsFile())) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /// Something of everything that a server keeps.
  void fill(int users, int messages) throws IOException, SQLException {
    var lines = new StringBuilder();
    for (int i = 0; i < users; i++) {
      lines.append("user").append(i).append("@example.org:{ARGON2ID}none:\n");
    }
    write(data().resolve("users"), lines.toString());
    write(data().resolve("addresses"), "a@example.org alias b@example.org\n");
    write(data().resolve("srs-secret"), "secret secret secret\n");
    write(data().resolve("journal"), "2026\n");
    for (String state : new String[] {"active", "spare", "retiring", "revoked"}) {
      write(data().resolve("keys/" + state + ".example.org.rsa"), "key " + state + "\n");
    }
    write(data().resolve("keys/journal"), "");
    write(data().resolve("acme/account.key"), "key\n");
    write(data().resolve("tls/journal"), "");
    write(data().resolve("mta-sts/example.com"), "policy\n");
    write(data().resolve("a-package-of-tomorrow/its-file"), "kept by whoever wrote it\n");
    try (var database =
            DriverManager.getConnection("jdbc:sqlite:" + data().resolve("tls-reports.db"));
        var statement = database.createStatement()) {
      statement.execute("CREATE TABLE t (a TEXT)");
      statement.execute("INSERT INTO t VALUES ('counted')");
    }
    Files.setPosixFilePermissions(
        data().resolve("a-package-of-tomorrow/its-file"),
        PosixFilePermissions.fromString("rw-r-----"));
    // What does not belong to it.
    write(data().resolve("users.lock"), "");
    Files.createSymbolicLink(data().resolve("link"), home.resolve("conf/more.conf"));
    try (SqliteStore store = queue()) {
      for (int i = 0; i < messages; i++) {
        put(store, i, i % 7 == 0 ? 30_000 : 300);
      }
    }
  }

  SqliteStore queue() throws IOException {
    return SqliteStore.open(
        QueueSettings.in(data().resolve("queue"))
            .with(new QueueSettings.Storage(4 << 10, 0, 0, Duration.ofDays(7))),
        CLOCK);
  }

  Consignment put(SqliteStore store, int number, int size) {
    var random = new Random(number);
    QueueId id = Mail.id(NOW.plusMillis(number), random);
    var body = new byte[size];
    random.nextBytes(body);
    Consignment put =
        store
            .put(Mail.of(id, NOW, body, Mail.ALICE, Mail.to("bob" + number, Mail.NET)))
            .toCompletableFuture()
            .join()
            .getFirst();
    store.release(put);
    return put;
  }

  /// A message in a mailbox.
  Path mail(String user, String name, String text) throws IOException {
    Path file = data().resolve("mail/example.org/" + user + "/Maildir/new/" + name);
    write(file, text);
    return file;
  }

  /// Each file of a directory with its hash and mode.
  static Map<String, String> content(Path top) throws IOException {
    var found = new TreeMap<String, String>();
    if (!Files.exists(top)) {
      return found;
    }
    try (var all = Files.walk(top)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
          found.put(
              top.relativize(each).toString(),
              HexFormat.of().formatHex(ExactStream.sha256().digest(Files.readAllBytes(each)))
                  + " "
                  + PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
      }
    }
    return found;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
