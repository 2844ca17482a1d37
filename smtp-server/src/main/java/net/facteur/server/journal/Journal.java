package net.facteur.server.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.WriterTurn;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Writes down what people do, and reads it again. Safe for use by many threads and processes: a
/// command writes to the same file as the server.
///
/// The file is 0600, one line a deed, its fields parted by tabs: time, who, way, from where, what,
/// to what. At [#MOST] octets it becomes `journal.1` in place of the one before.
public final class Journal {
  private static final Logger LOG = LogManager.getLogger(Journal.class);

  /// Octets of the file before it is put away: some 80,000 lines.
  public static final long MOST = 8L << 20;

  /// Characters of a field.
  private static final int LONGEST = 400;

  private static final int FIELDS = 6;

  private final Path file;
  private final InstantSource clock;
  private final long most;
  private final WriterTurn turn;

  public Journal(Path file, InstantSource clock) {
    this(file, clock, MOST);
  }

  /// @param most octets before the file is put away
  Journal(Path file, InstantSource clock, long most) {
    this.file = file;
    this.clock = clock;
    this.most = most;
    this.turn = new WriterTurn(file);
  }

  /// Where it lies.
  public static Path file(Settings settings) {
    return DataDirectory.from(settings).resolve(Path.of("journal"));
  }

  /// Writes down what somebody did on a page. A journal that cannot be written is told in the log
  /// and stops nobody.
  ///
  /// @param by the user's address
  /// @param on to what; a stranger may have chosen it
  public void page(String by, InetAddress from, Deed.Kind kind, String on) {
    record(by, Deed.Way.PAGE, from.getHostAddress(), kind, on);
  }

  /// Writes down what somebody did by a command.
  ///
  /// @param by the user of this machine
  public void command(String by, Deed.Kind kind, String on) {
    record(by, Deed.Way.COMMAND, "-", kind, on);
  }

  private void record(String by, Deed.Way way, String from, Deed.Kind kind, String on) {
    String at = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String line = String.join("\t", at, clean(by), way.word(), clean(from), kind.word(), clean(on));
    try {
      turn.exclusively(
          () -> {
            putAway();
            DurableFile.secret(file).append(line);
            return true;
          });
    } catch (IOException e) {
      LOG.error("the journal cannot be written: {} line=\"{}\"", e, StrangerText.of(line).inLog());
    }
  }

  /// No tab, no line end.
  private static String clean(String field) {
    String cleaned = StrangerText.of(field).onTerminal();
    return cleaned.length() > LONGEST ? cleaned.substring(0, LONGEST) : cleaned;
  }

  private void putAway() throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) >= most) {
      DurableFile.secret(file).rename(before());
    }
  }

  private Path before() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /// The newest deeds, oldest first.
  ///
  /// @param since none before
  /// @param wanted others are passed over
  /// @param count how many at most
  /// @throws IOException where a file cannot be read
  public List<Deed> newest(Instant since, Predicate<Deed> wanted, int count) throws IOException {
    var found = new ArrayDeque<Deed>();
    for (Path each : List.of(before(), file)) {
      try (var in = Files.newInputStream(each, LinkOption.NOFOLLOW_LINKS);
          var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        lines
            .lines()
            .flatMap(line -> parse(line).stream())
            .filter(deed -> !deed.at().isBefore(since) && wanted.test(deed))
            .forEach(
                deed -> {
                  if (found.size() == count) {
                    found.removeFirst();
                  }
                  found.addLast(deed);
                });
      } catch (NoSuchFileException _) {
        // Nothing was put away yet, or nothing done.
      }
    }
    return List.copyOf(found);
  }

  /// What is no line of it, such as one that a power cut left short, is passed over.
  private static Optional<Deed> parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      Instant at = Instant.parse(fields[0]);
      return Deed.Way.of(fields[2])
          .map(way -> new Deed(at, fields[1], way, fields[3], fields[4], fields[5]));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
