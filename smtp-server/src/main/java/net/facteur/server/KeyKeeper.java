package net.facteur.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Leads the keys of a running server through their life, and tells the signer when the active ones
/// have changed, whoever changed them.
final class KeyKeeper {
  /// How often the journal is looked at for changes by commands.
  static final Duration LOOK = Duration.ofSeconds(5);

  private static final Logger LOG = LogManager.getLogger(KeyKeeper.class);

  /// How often name servers are asked while something is under way.
  private static final Duration PACE = Duration.ofMinutes(1);

  private final KeyJournal journal;
  private final Path file;
  private final KeyLife life;
  private final KeySettings settings;
  private final InstantSource clock;
  private final Consumer<Map<DomainName, String>> signer;
  private Map<DomainName, String> active;
  private Instant next;
  private String stamp = "";
  private String trouble = "";

  /// @param active the selectors that the signer knows
  /// @param signer is told of other ones
  KeyKeeper(
      KeyLife.Parts parts,
      Path file,
      KeySettings settings,
      Map<DomainName, String> active,
      Consumer<Map<DomainName, String>> signer) {
    this.journal = parts.journal();
    this.file = file;
    this.life = new KeyLife(parts, settings, "server");
    this.settings = settings;
    this.clock = parts.clock();
    this.active = Map.copyOf(active);
    this.signer = signer;
    this.next = clock.instant();
  }

  /// The selectors that sign: those in the settings, and elsewhere those of the ring.
  static Map<DomainName, String> selectors(KeySettings settings, KeyRing ring) {
    var selectors = new HashMap<DomainName, String>();
    ring.active()
        .forEach(
            (domain, selector) -> {
              if (settings.domains().contains(domain)) {
                selectors.put(domain, selector);
              }
            });
    selectors.putAll(settings.pinned());
    return Map.copyOf(selectors);
  }

  /// One look. Never throws.
  synchronized void look() {
    try {
      boolean changed = !stamp().equals(stamp);
      Instant now = clock.instant();
      if (changed || !now.isBefore(next) || next.isAfter(now.plus(PACE))) {
        next = now.plus(PACE);
        advance();
      }
      trouble = "";
    } catch (IOException | RuntimeException e) {
      String what = String.valueOf(e.getMessage());
      if (!what.equals(trouble)) {
        LOG.error("the keys cannot be looked after; those that sign go on signing", e);
        trouble = what;
      }
    }
  }

  private void advance() throws IOException {
    use();
    for (DomainName domain : journal.read().domains()) {
      if (settings.domains().contains(domain)) {
        life.advance(domain);
        use();
      }
    }
    stamp = stamp();
  }

  private void use() throws IOException {
    Map<DomainName, String> now = selectors(settings, journal.read());
    if (!now.equals(active)) {
      signer.accept(now);
      active = now;
      LOG.info("signing selectors={}", active);
    }
  }

  private String stamp() {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException _) {
      return "none";
    }
  }
}
