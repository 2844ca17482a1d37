package net.facteur.server.signin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.WriterTurn;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Things that are kept in a file, one JSON object a line. Safe for use by many threads, and by
/// other processes on the same file: who changes it reads it first, in turn, and who reads it sees
/// what others wrote.
///
/// @param <T> immutable
final class KeptLines<T> {
  private static final Logger LOG = LogManager.getLogger(KeptLines.class);

  /// Lines of a file: what is more was not written by us.
  private static final int MOST = 20_000;

  private final Path file;
  private final Function<JsonNode, Optional<T>> parse;
  private final Function<T, JsonNode> print;
  private final WriterTurn turn;
  private final JsonMapper mapper = new JsonMapper();
  private volatile Seen<T> seen = new Seen<>("", List.of());

  /// @param stamp of the file when it was read
  private record Seen<T>(String stamp, List<T> all) {}

  KeptLines(Path file, Function<JsonNode, Optional<T>> parse, Function<T, JsonNode> print) {
    this.file = file;
    this.parse = parse;
    this.print = print;
    this.turn = new WriterTurn(file);
  }

  /// What is kept at this moment.
  ///
  /// @throws IOException where the file cannot be read
  List<T> all() throws IOException {
    String stamp = FileStamp.of(file);
    Seen<T> known = seen;
    if (known.stamp().equals(stamp)) {
      return known.all();
    }
    List<T> all = read();
    seen = new Seen<>(stamp, all);
    return all;
  }

  /// Changes what is kept, durably.
  ///
  /// @param change gets all, and returns all that shall be there; the same list for no change
  /// @return what is there now
  /// @throws IOException where the file cannot be read or written; nothing is changed then
  List<T> change(UnaryOperator<List<T>> change) throws IOException {
    return turn.exclusively(
        () -> {
          List<T> before = read();
          List<T> after = List.copyOf(change.apply(before));
          if (!after.equals(before)) {
            var text = new StringBuilder();
            after.forEach(
                one -> text.append(mapper.writeValueAsString(print.apply(one))).append('\n'));
            DurableFile.secret(file).replace(text.toString());
          }
          seen = new Seen<>(FileStamp.of(file), after);
          return after;
        });
  }

  private List<T> read() throws IOException {
    String text;
    try {
      text = new String(DurableFile.secret(file).octets(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return List.of();
    }
    var all = new ArrayList<T>();
    int number = 0;
    for (String line : text.split("\n", MOST)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Optional<T> one = parsed(line);
      one.ifPresent(all::add);
      if (one.isEmpty()) {
        // Nobody is let in by a line that cannot be read.
        LOG.warn("a line is not understood and counts for nothing file={} line={}", file, number);
      }
    }
    return List.copyOf(all);
  }

  private Optional<T> parsed(String line) {
    try {
      return parse.apply(mapper.readTree(line));
    } catch (JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
