package net.facteur.server.zone;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Has zones looked at, one at a time, and remembers what was found last. Safe for use by many
/// threads; nothing but [#look] waits.
public final class ZoneLooks {
  private static final Logger LOG = LogManager.getLogger(ZoneLooks.class);

  /// The time between two looks at one zone: name servers of others are asked.
  public static final Duration PAUSE = Duration.ofSeconds(10);

  /// Domains that are remembered.
  public static final int MOST_DOMAINS = 200;

  private final Executor workers;
  private final InstantSource clock;
  private final Map<DomainName, Found> last = new ConcurrentHashMap<>();
  private final Set<DomainName> underWay = ConcurrentHashMap.newKeySet();
  private final ReentrantLock turn = new ReentrantLock();

  /// Looks at a zone, and waits for its name servers.
  @FunctionalInterface
  public interface Looking {
    /// @throws IOException where what should stand there is not known
    ZoneLook look(DomainName domain) throws IOException;
  }

  /// What became of a look.
  public sealed interface Found {
    /// When.
    Instant at();

    /// It was looked.
    record Seen(ZoneLook look) implements Found {
      @Override
      public Instant at() {
        return look.at();
      }
    }

    /// It could not be looked.
    ///
    /// @param why a sentence without a full stop
    record Failed(Instant at, Text why) implements Found {}
  }

  /// @param workers runs each look
  public ZoneLooks(Executor workers, InstantSource clock) {
    this.workers = workers;
    this.clock = clock;
  }

  /// What was found last; empty where nobody has looked since the start of the server.
  public Optional<Found> last(DomainName domain) {
    return Optional.ofNullable(last.get(domain));
  }

  /// True while somebody looks, or is about to.
  public boolean underWay(DomainName domain) {
    return underWay.contains(domain);
  }

  /// Begins a look and returns at once.
  ///
  /// @return false where one is under way, was made just now, or there are too many domains
  public boolean begin(DomainName domain, Looking looking) {
    if (!mayLook(domain) || !underWay.add(domain)) {
      return false;
    }
    workers.execute(() -> inTurn(domain, looking));
    return true;
  }

  /// Looks, where one may, and waits.
  public void look(DomainName domain, Looking looking) {
    if (mayLook(domain) && underWay.add(domain)) {
      inTurn(domain, looking);
    }
  }

  private boolean mayLook(DomainName domain) {
    Instant now = clock.instant();
    return last(domain)
        .map(found -> found.at().isAfter(now) || !now.isBefore(found.at().plus(PAUSE)))
        .orElse(last.size() < MOST_DOMAINS);
  }

  private void inTurn(DomainName domain, Looking looking) {
    turn.lock();
    try {
      last.put(domain, found(domain, looking));
    } finally {
      turn.unlock();
      underWay.remove(domain);
    }
  }

  private Found found(DomainName domain, Looking looking) {
    try {
      return new Found.Seen(looking.look(domain));
    } catch (IOException e) {
      LOG.warn("zone domain={} result=failed: {}", domain, e.toString());
      return new Found.Failed(clock.instant(), FileTrouble.text(e));
    } catch (RuntimeException e) {
      LOG.error("the zone of {} cannot be looked at", domain, e);
      return new Found.Failed(clock.instant(), ZoneLookTexts.SAY.failed());
    }
  }
}
