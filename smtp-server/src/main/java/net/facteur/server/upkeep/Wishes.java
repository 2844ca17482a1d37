package net.facteur.server.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;

/// What was typed while no server ran: it is done, in its order, as soon as one does.
///
/// @param file a line for each
/// @param name of what looks for them, for the log
/// @param parse reads a line without its end; empty for a line that is none
/// @param line writes one, without its end
public record Wishes<W>(
    Path file, String name, Function<String, Optional<W>> parse, Function<W, String> line) {
  private static final int MOST = 1000;

  /// Does one.
  @FunctionalInterface
  public interface Doing<W> {
    void act(W wish) throws IOException;
  }

  private List<W> read() throws IOException {
    try {
      return Files.readString(file).lines().<W>flatMap(each -> parse.apply(each).stream()).toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private void write(List<W> all) throws IOException {
    DurableFile.secret(file)
        .replace(all.stream().map(each -> line.apply(each) + "\n").collect(Collectors.joining()));
  }

  /// Adds one.
  ///
  /// @throws IOException where it cannot be written, or too many wait
  public void add(W wish) throws IOException {
    var _ =
        FileTurn.of(file)
            .exclusively(
                () -> {
                  var all = new ArrayList<>(read());
                  if (all.size() >= MOST) {
                    throw new IOException(file + ": too many wait for the server");
                  }
                  all.add(wish);
                  write(all);
                  return all;
                });
  }

  /// Does those that wait. Where one fails by an exception, all wait for another time.
  public void fulfil(Doing<W> doing) throws IOException {
    if (file.toFile().length() == 0) {
      return;
    }
    var _ =
        FileTurn.of(file)
            .exclusively(
                () -> {
                  List<W> all = read();
                  for (W wish : all) {
                    doing.act(wish);
                  }
                  write(List.of());
                  return all;
                });
  }

  /// Does them whenever there are some.
  public Upkeep.Chore fulfilled(Doing<W> doing) {
    return new Upkeep.Chore() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String stamp() {
        return String.valueOf(file.toFile().length());
      }

      @Override
      public void advance() throws IOException {
        fulfil(doing);
      }
    };
  }
}
