package net.facteur.server.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.FileStamp;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Leads the keys of a running server through their life, and tells the signer when the active ones
/// have changed, whoever changed them.
public final class KeyUpkeep implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(KeyUpkeep.class);

  private final KeyJournal journal;
  private final RestoredKeys restored;
  private final Path file;
  private final KeyLife life;
  private final KeySettings settings;
  private final InstantSource clock;
  private final Consumer<Map<DomainName, String>> signer;
  private Map<DomainName, String> active;

  /// @param active the selectors that the signer knows
  /// @param signer is told of other ones
  public KeyUpkeep(
      KeyLife.Parts parts,
      Path file,
      KeySettings settings,
      Map<DomainName, String> active,
      Consumer<Map<DomainName, String>> signer) {
    this.journal = parts.journal();
    this.restored = new RestoredKeys(file.resolveSibling(RestoredKeys.FILE_NAME));
    this.file = file;
    this.life = new KeyLife(parts, settings, "server");
    this.settings = settings;
    this.clock = parts.clock();
    this.active = Map.copyOf(active);
    this.signer = signer;
  }

  /// The domains whose mail is signed now.
  public static Set<DomainName> signing(KeySettings settings, KeyJournal journal) {
    try {
      return settings.selectors(journal.read()).keySet();
    } catch (IOException e) {
      LOG.error("the journal of the keys cannot be read", e);
      return settings.pinned().keySet();
    }
  }

  @Override
  public String name() {
    return "DKIM keys";
  }

  @Override
  public String stamp() {
    return FileStamp.of(file);
  }

  @Override
  public Optional<Instant> due() throws IOException {
    Instant next = clock.instant().plus(settings.publication().ttl());
    return journal.read().entries().stream()
        .flatMap(entry -> due(entry.state(), next).stream())
        .min(Instant::compareTo);
  }

  /// Where records live shorter than the ordinary pace, servers are asked as often as that.
  private static Optional<Instant> due(KeyState state, Instant next) {
    return switch (state) {
      case KeyState.Publishing(var _, var seen) -> seen.or(() -> Optional.of(next));
      case KeyState.Generated _, KeyState.Revoking _ -> Optional.of(next);
      case KeyState.Active active when !active.proven() -> Optional.of(next);
      case KeyState.Visible _,
          KeyState.Active _,
          KeyState.Retiring _,
          KeyState.Revoked _,
          KeyState.Revealed _ ->
          Optional.empty();
    };
  }

  @Override
  public void advance() throws IOException {
    use();
    for (DomainName domain : restored.doubtful(settings.selectors(journal.read()).keySet())) {
      if (life.mayTrust(domain)) {
        restored.trust(domain);
        use();
      }
    }
    for (DomainName domain : journal.read().domains()) {
      if (settings.domains().contains(domain)) {
        life.advance(domain);
        use();
      }
    }
    for (DomainName domain : settings.pinned().keySet()) {
      life.watchPinned(domain);
    }
  }

  /// Sees to it that the signer knows the active selectors.
  synchronized void use() throws IOException {
    Map<DomainName, String> now = restored.trusted(settings.selectors(journal.read()));
    if (!now.equals(active)) {
      signer.accept(now);
      active = now;
      LOG.info("signing selectors={}", active);
    }
  }
}
