package net.facteur.server.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;
import net.facteur.server.language.Language;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What was typed about fallbacks while no server ran: it is done as soon as one does.
///
/// @param file a line for each
public record FallbackWishes(Path file) {
  /// The name of the file in the directory of the data.
  public static final String FILE_NAME = "fallback-wishes";

  private static final Logger LOG = LogManager.getLogger(FallbackWishes.class);
  private static final int MOST = 1000;

  private List<FallbackWish> read() throws IOException {
    try {
      return Files.readString(file)
          .lines()
          .flatMap(line -> FallbackWish.parse(line).stream())
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /// Adds a wish.
  ///
  /// @throws IOException where it cannot be written, or too many wait
  public void add(FallbackWish wish) throws IOException {
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

  private void write(List<FallbackWish> all) throws IOException {
    DurableFile.secret(file)
        .replace(all.stream().map(each -> each.line() + "\n").collect(Collectors.joining()));
  }

  /// Does them, in their order, at the first round of a server.
  public Upkeep.Chore fulfilled(RouteRequests requests) {
    return new Upkeep.Chore() {
      @Override
      public String name() {
        return "wishes about fallbacks";
      }

      @Override
      public String stamp() {
        return String.valueOf(file.toFile().length());
      }

      @Override
      public void advance() throws IOException {
        if (file.toFile().length() > 0) {
          fulfil(requests);
        }
      }
    };
  }

  private void fulfil(RouteRequests requests) throws IOException {
    var _ =
        FileTurn.of(file)
            .exclusively(
                () -> {
                  List<FallbackWish> all = read();
                  for (FallbackWish wish : all) {
                    requests
                        .act(wish, (Map<String, Object> _) -> {})
                        .ifPresent(
                            why ->
                                LOG.warn(
                                    "wish \"{}\" not done: {}",
                                    wish.line(),
                                    why.in(Language.ENGLISH)));
                  }
                  write(List.of());
                  return all;
                });
  }
}
