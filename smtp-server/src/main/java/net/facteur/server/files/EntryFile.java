package net.facteur.server.files;

import static net.facteur.server.files.FilesTexts.SAY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.language.Text;

/// A text file of entries that people edit and commands change: UTF-8, lines, comments that begin
/// with `#`, and `#end` behind the last one, so that a file that lost its end is known. Writers,
/// also of other processes, take turns by a lock file beside it.
public final class EntryFile {
  private static final long MAX_OCTETS = 64L << 20;
  private static final String END = "#end";

  /// Stands in place of a last line that may be half of one.
  private static final String HALF = "#\0cut";

  private final Path file;
  private final String header;
  private final WriterTurn turn;

  /// @param header the first line, a comment that promises `#end`
  public EntryFile(Path file, String header) {
    this.file = file;
    this.header = header;
    this.turn = new WriterTurn(file);
  }

  public Path path() {
    return file;
  }

  /// What stands in the file.
  ///
  /// @param all each line, comments among them
  /// @param cut the text ends before its end
  public record Lines(List<String> all, boolean cut) {
    public Lines {
      all = List.copyOf(all);
    }

    /// True for a line that holds nothing.
    public static boolean isComment(String line) {
      return line.isBlank() || line.startsWith("#");
    }
  }

  /// Reads the file; no file holds nothing.
  ///
  /// @throws IOException where it cannot be read
  public Lines read() throws IOException {
    return lines(Files::readAllBytes);
  }

  /// What reads a file.
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private Lines lines(Reader reader) throws IOException {
    List<String> lines;
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new ToldException(SAY.largeFile(file, MAX_OCTETS >> 20));
      }
      lines = text(reader.read(file)).lines().toList();
    } catch (NoSuchFileException _) {
      lines = List.of(header, END);
    }
    boolean promised = !lines.isEmpty() && lines.getFirst().strip().equals(header);
    boolean ended = lines.stream().anyMatch(line -> line.strip().equals(END));
    boolean half = !lines.isEmpty() && lines.getLast().equals(HALF);
    return new Lines(lines, half || (promised && !ended) || lines.isEmpty());
  }

  /// A line end that is missing makes the last line count for nothing: it may be half of one.
  private String text(byte[] octets) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      boolean whole = text.endsWith("\n") || text.endsWith("\n" + END);
      return whole ? text : text.substring(0, text.lastIndexOf('\n') + 1) + HALF + "\n";
    } catch (CharacterCodingException e) {
      throw new ToldException(SAY.notUtf8(file));
    }
  }

  /// What becomes of the file.
  ///
  /// @param lines in place of those that were there; empty where nothing changes
  /// @param outcome for whoever asked
  public record Changed<R>(Optional<List<String>> lines, R outcome) {
    public Changed {
      lines = lines.map(List::copyOf);
    }

    /// Nothing is written.
    public static <R> Changed<R> not(R outcome) {
      return new Changed<>(Optional.empty(), outcome);
    }
  }

  /// Makes a change of the lines.
  @FunctionalInterface
  public interface Change<R> {
    /// @param lines without `#end`; what somebody added by hand behind it is in force, and among
    ///   them
    Changed<R> of(List<String> lines) throws IOException;
  }

  /// Makes a change in one's turn. On return it is on disk.
  ///
  /// @param cut what is said where the file is cut off: written again, it would look whole
  /// @throws IOException where it cannot be read or written, or is cut off
  public <R> R change(Text cut, Change<R> change) throws IOException {
    return turn.exclusively(
        () -> {
          Lines before = lines(path -> DurableFile.secret(path).octets());
          if (before.cut()) {
            throw new ToldException(cut);
          }
          var lines = new ArrayList<String>();
          before.all().stream().filter(line -> !line.strip().equals(END)).forEach(lines::add);
          Changed<R> made = change.of(lines);
          if (made.lines().isPresent()) {
            var after = new ArrayList<>(made.lines().get());
            after.add(END);
            DurableFile.secret(file).replace(String.join("\n", after) + "\n");
          }
          return made.outcome();
        });
  }
}
