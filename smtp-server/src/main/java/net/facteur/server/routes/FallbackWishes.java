package net.facteur.server.routes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import net.facteur.server.language.Language;
import net.facteur.server.upkeep.Upkeep;
import net.facteur.server.upkeep.Wishes;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What was typed about fallbacks while no server ran: it is done as soon as one does.
///
/// @param file a line for each
public record FallbackWishes(Path file) {
  /// The name of the file in the directory of the data.
  public static final String FILE_NAME = "fallback-wishes";

  private static final Logger LOG = LogManager.getLogger(FallbackWishes.class);

  private Wishes<FallbackWish> wishes() {
    return new Wishes<>(file, "wishes about fallbacks", FallbackWish::parse, FallbackWish::line);
  }

  /// Adds a wish.
  ///
  /// @throws IOException where it cannot be written, or too many wait
  public void add(FallbackWish wish) throws IOException {
    wishes().add(wish);
  }

  /// Does them, in their order, at the first round of a server.
  public Upkeep.Chore fulfilled(RouteRequests requests) {
    return wishes()
        .fulfilled(
            wish ->
                requests
                    .act(wish, (Map<String, Object> _) -> {})
                    .ifPresent(
                        why ->
                            LOG.warn(
                                "wish \"{}\" not done: {}",
                                wish.line(),
                                why.in(Language.ENGLISH))));
  }
}
