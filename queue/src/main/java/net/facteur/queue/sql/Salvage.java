package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.salvage.PageFile;
import net.facteur.queue.salvage.Tree;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Makes a new database out of a damaged one, from whatever rows can still be read, so that a
/// rotten page costs the messages on it and never the start. What was damaged is kept, in
/// `damaged-TIME/`.
///
/// The switch can be interrupted anywhere: the new database is whole and synced before
/// `queue.db.switch` says so, and each further step may be done twice.
///
/// Beside the database `queue.db.roots` says where its trees begin, since the page that says so may
/// be the damaged one.
final class Salvage {
  private static final Logger LOG = LogManager.getLogger(Salvage.class);
  private static final int PAGE_SIZE = 4096;

  /// Databases up to this size are looked through at each start; it takes some 30 ms.
  private static final long LOOKED_THROUGH = 16L << 20;

  private static final int MOST_NAMED = 1000;

  private final Path directory;
  private final Path database;
  private final Path log;
  private final Path fresh;
  private final Path switching;
  private final Path roots;
  private final Path mark;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param directory of the queue, locked by this process
  Salvage(Path directory, InstantSource clock, RandomGenerator random) {
    this.directory = directory;
    this.database = directory.resolve("queue.db");
    this.log = directory.resolve("queue.db-wal");
    this.fresh = directory.resolve("queue.db.new");
    this.switching = directory.resolve("queue.db.switch");
    this.roots = QueueSettings.in(directory).roots();
    this.mark = mark(directory);
    this.clock = clock;
    this.random = random;
  }

  /// Notes that a running server met damage; the next start salvages.
  static void note(Path directory, SQLException failure) {
    if (isDamage(failure)) {
      note(directory, String.valueOf(failure.getMessage()));
    }
  }

  /// @param what was found, for the log
  static void note(Path directory, String what) {
    try {
      PrivateFiles.create(mark(directory)).close();
      LOG.error(
          "the database of the queue in {} is damaged. Stop and start the server: it then makes a"
              + " new one of all that can be read: {}",
          directory,
          what);
    } catch (FileAlreadyExistsException _) {
      // noted before
    } catch (IOException e) {
      LOG.error("the database of the queue in {} is damaged: {}", directory, e.toString());
    }
  }

  private static Path mark(Path directory) {
    return directory.resolve("queue.db.damaged");
  }

  private static boolean isDamage(SQLException failure) {
    return failure instanceof SQLiteException e
        && (primary(e) == SQLiteErrorCode.SQLITE_CORRUPT.code
            || primary(e) == SQLiteErrorCode.SQLITE_NOTADB.code);
  }

  private static int primary(SQLiteException failure) {
    return failure.getResultCode().code & 0xff;
  }

  /// Ends a switch that was interrupted, and salvages where the database is known or seen to be
  /// damaged.
  void beforeOpening() throws IOException, SQLException {
    if (Files.exists(switching)) {
      switchOver();
    }
    Files.deleteIfExists(fresh);
    if (Files.exists(database)
        && Files.size(database) + (Files.exists(log) ? Files.size(log) : 0) > 0
        && (Files.exists(mark) || losesTransactions() || looksDamaged())) {
      run();
    }
  }

  /// True where a new database may help after this one could not be opened.
  boolean mayHelp(SQLException failure) throws IOException {
    boolean ours =
        isDamage(failure)
            || (failure instanceof SQLiteException e
                && primary(e) == SQLiteErrorCode.SQLITE_ERROR.code);
    return Files.size(database) > 0 && (ours || versionFlipped());
  }

  /// True where one bit makes the version in the first page newer than ours, and our own note of it
  /// says that it is ours.
  private boolean versionFlipped() throws IOException {
    try (PageFile pages = PageFile.open(database, PAGE_SIZE)) {
      return Integer.bitCount(pages.schemaVersion() ^ Schema.MIGRATIONS.size()) == 1
          && knownRoots().isPresent();
    }
  }

  private boolean losesTransactions() throws IOException {
    try (PageFile pages = PageFile.open(database, PAGE_SIZE)) {
      return pages.losesTransactions();
    }
  }

  private boolean looksDamaged() throws IOException {
    if (Files.size(database) > LOOKED_THROUGH) {
      return false;
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement s = connection.createStatement();
        ResultSet row = s.executeQuery("PRAGMA quick_check(1)")) {
      return row.next() && !"ok".equals(row.getString(1));
    } catch (SQLException e) {
      return isDamage(e);
    }
  }

  /// Makes the new database and puts it in place.
  void run() throws IOException, SQLException {
    LOG.error("the database {} is damaged; a new one is made of what can be read", database);
    Files.deleteIfExists(fresh);
    PrivateFiles.file(fresh);
    List<String> lacking;
    try (Connection into = DriverManager.getConnection("jdbc:sqlite:" + fresh)) {
      try (Statement s = into.createStatement()) {
        s.execute("PRAGMA synchronous = OFF");
        s.execute("PRAGMA journal_mode = MEMORY");
      }
      Schema.migrate(into);
      into.setAutoCommit(false);
      int rows = read(into);
      lacking = new SalvageGaps(into, clock, random).mark();
      into.commit();
      LOG.warn("salvaged {} rows; {} things are lacking", rows, lacking.size());
    }
    sync(fresh);
    Path kept = keep(lacking);
    keepBodies(kept);
    PrivateFiles.file(switching);
    PrivateFiles.sync(directory);
    switchOver();
    lacking.stream().limit(MOST_NAMED).forEach(line -> LOG.error("salvage: {}", line));
    LOG.error("the damaged database is kept in {}", kept);
  }

  private int read(Connection into) throws IOException, SQLException {
    try (PageFile file = PageFile.open(database, PAGE_SIZE);
        SalvagedRows rows = new SalvagedRows(into)) {
      var named = new LinkedHashSet<Integer>();
      var first = new Tree(file);
      first.walk(
          1,
          row -> {
            if (row.value(0) instanceof String && row.value(3) instanceof Long root && root > 1) {
              named.add((int) Math.min(root, Integer.MAX_VALUE));
            }
          });
      Optional<Set<Integer>> known = knownRoots();
      var tree = new Tree(file);
      for (int root : known.orElse(named)) {
        tree.walk(root, rows::take);
      }
      if (tree.damaged() || (known.isEmpty() && first.damaged())) {
        // Free pages hold rows that are over: without their list, what no page leads to may be old.
        if (tree.passFree()) {
          tree.orphans(rows::take);
        } else {
          LOG.error("the list of free pages is damaged, too: rows that no page leads to are lost");
        }
      }
      return rows.found();
    }
  }

  /// Links what is damaged to a place of its own, and writes beside it what is lacking.
  private Path keep(List<String> lacking) throws IOException {
    Path kept =
        directory.resolve("damaged-" + clock.instant().toString().replaceAll("[^0-9TZ]", ""));
    PrivateFiles.directory(kept);
    for (Path file : List.of(database, log)) {
      if (Files.exists(file)) {
        giveName(file, kept.resolve(file.getFileName().toString()));
      }
    }
    try (FileChannel channel =
        PrivateFiles.open(kept.resolve("lacking"), StandardOpenOption.TRUNCATE_EXISTING)) {
      var text = String.join("\n", lacking) + "\n";
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    PrivateFiles.sync(kept);
    return kept;
  }

  /// Gives a file a second name; where the file system knows no such thing, a copy.
  private static void giveName(Path file, Path name) throws IOException {
    Files.deleteIfExists(name);
    try {
      Files.createLink(name, file);
    } catch (UnsupportedOperationException | FileSystemException _) {
      Files.copy(file, name);
    }
  }

  /// Bodies that no row names any more would be swept at the start.
  private void keepBodies(Path kept) throws IOException, SQLException {
    Path bodies = BodyFiles.below(directory);
    if (!Files.isDirectory(bodies)) {
      return;
    }
    var lost = new ArrayList<Path>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fresh);
        PreparedStatement s =
            connection.prepareStatement(
                "SELECT 1 FROM message JOIN content USING (seq)"
                    + " WHERE id = ? AND body_file IS NOT NULL");
        DirectoryStream<Path> folders = Files.newDirectoryStream(bodies, Files::isDirectory)) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
          for (Path file : files) {
            s.setString(1, String.valueOf(file.getFileName()));
            try (ResultSet row = s.executeQuery()) {
              if (!row.next()) {
                lost.add(file);
              }
            }
          }
        }
      }
    }
    for (Path file : lost) {
      giveName(file, kept.resolve("body-" + file.getFileName()));
    }
    PrivateFiles.sync(kept);
  }

  private void switchOver() throws IOException {
    // The old log would be taken for the new database's.
    Files.deleteIfExists(log);
    Files.deleteIfExists(directory.resolve("queue.db-shm"));
    PrivateFiles.sync(directory);
    if (Files.exists(fresh)) {
      Files.move(fresh, database, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.deleteIfExists(mark);
    Files.deleteIfExists(roots);
    PrivateFiles.sync(directory);
    Files.deleteIfExists(switching);
    PrivateFiles.sync(directory);
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  /// Writes down where the trees of a sound database begin.
  static void remember(Path directory, Connection connection) throws IOException, SQLException {
    var line = new StringBuilder("schema ").append(Schema.version(connection));
    try (Statement s = connection.createStatement();
        ResultSet row = s.executeQuery("SELECT rootpage FROM sqlite_master WHERE rootpage > 0")) {
      while (row.next()) {
        line.append(' ').append(HexFormat.of().toHexDigits(row.getInt(1)));
      }
    }
    String text = line + " sum " + sum(line.toString()) + "\n";
    Path file = QueueSettings.in(directory).roots();
    if (Files.exists(file) && Files.readString(file, StandardCharsets.UTF_8).equals(text)) {
      return;
    }
    Path next = directory.resolve("queue.db.roots.new");
    try (FileChannel channel = PrivateFiles.open(next, StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    PrivateFiles.sync(directory);
  }

  /// Where the trees begin, if this version wrote it down and it still reads so.
  private Optional<Set<Integer>> knownRoots() throws IOException {
    if (!Files.exists(roots)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(roots, StandardCharsets.ISO_8859_1);
    String text = lines.isEmpty() ? "" : lines.getFirst();
    int end = text.lastIndexOf(" sum ");
    String prefix = "schema " + Schema.MIGRATIONS.size() + " ";
    if (end < 0
        || !text.startsWith(prefix)
        || !text.substring(end + 5).equals(sum(text.substring(0, end)))) {
      return Optional.empty();
    }
    var found = new LinkedHashSet<Integer>();
    for (String number : text.substring(prefix.length(), end).split(" ", -1)) {
      found.add(HexFormat.fromHexDigits(number));
    }
    return Optional.of(found);
  }

  private static String sum(String text) {
    var sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }
}
