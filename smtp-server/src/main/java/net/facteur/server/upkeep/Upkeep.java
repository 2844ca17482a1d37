package net.facteur.server.upkeep;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Looks after something in a running server: at a pace of its own, and sooner where somebody else
/// changed it.
public final class Upkeep {
  /// How often it is looked for changes.
  public static final Duration LOOK = Duration.ofSeconds(2);

  private static final Logger LOG = LogManager.getLogger(Upkeep.class);

  /// How often servers are asked while something is under way.
  private static final Duration PACE = Duration.ofMinutes(1);

  private final Chore chore;
  private final InstantSource clock;
  private Instant next;
  private Optional<Instant> due = Optional.empty();
  private String stamp = "";
  private String trouble = "";

  /// What is looked after.
  public interface Chore {
    /// A few words for the log.
    String name();

    /// What differs when somebody else has changed something.
    String stamp();

    /// When something is due that has to wait until then.
    default Optional<Instant> due() throws IOException {
      return Optional.empty();
    }

    /// Goes as far as is possible now.
    void advance() throws IOException;
  }

  public Upkeep(Chore chore, InstantSource clock) {
    this.chore = chore;
    this.clock = clock;
    this.next = clock.instant();
  }

  /// One look. Never throws.
  public synchronized void look() {
    try {
      boolean changed = !chore.stamp().equals(stamp);
      Instant now = clock.instant();
      if (changed
          || !now.isBefore(next)
          || next.isAfter(now.plus(PACE))
          || due.filter(at -> !now.isBefore(at)).isPresent()) {
        next = now.plus(PACE);
        due = Optional.empty();
        chore.advance();
        stamp = chore.stamp();
        due = chore.due().filter(now::isBefore);
      }
      trouble = "";
    } catch (IOException e) {
      // A disk or somebody else says no: whoever reads the log can do something about it.
      if (isNews(e)) {
        LOG.error("the {} cannot be looked after; what is in use stays: {}", chore.name(), trouble);
      }
    } catch (RuntimeException e) {
      if (isNews(e)) {
        LOG.error("the {} cannot be looked after; what is in use stays", chore.name(), e);
      }
    }
  }

  private boolean isNews(Exception e) {
    String before = trouble;
    // A file that cannot be reached says no more than its name.
    trouble =
        e instanceof FileSystemException || e.getMessage() == null ? e.toString() : e.getMessage();
    return !trouble.equals(before);
  }
}
