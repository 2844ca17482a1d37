package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.KeyFile;

/// Name servers that lag, a disk, a clock and a postmaster, all in memory; and a process that may
/// be killed whenever it touches one of them.
final class KeyWorld {
  static final Duration NEGATIVE_TTL = Duration.ofHours(1);

  /// The process dies here.
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final List<DkimPrivateKey> RSA = keys(KeyType.RSA);
  private static final List<DkimPrivateKey> ED25519 = keys(KeyType.ED25519);

  private static List<DkimPrivateKey> keys(KeyType type) {
    var random = new SecureRandom();
    var keys = new ArrayList<DkimPrivateKey>();
    for (int i = 0; i < 12; i++) {
      keys.add(DkimPrivateKey.generate(type, 1024, random));
    }
    return keys;
  }

  final Random random;
  Instant now = Instant.parse("2027-01-01T00:00:00Z");

  // ---- what survives a crash
  final List<String> lines = new ArrayList<>();
  final Map<String, DkimPrivateKey> files = new HashMap<>();
  final Map<DomainName, String> primary = new HashMap<>();
  final List<Map<DomainName, String>> servers = new ArrayList<>();
  final boolean[] stopped;

  /// How old the zone is that each server shows.
  final Duration[] lag;

  private final NavigableMap<Instant, Map<DomainName, String>> zones = new TreeMap<>();
  final List<Notices.Notice> notices = new ArrayList<>();
  Optional<Instant> oldestQueued = Optional.empty();

  /// Who signed when, to see that the record was there then and stays long enough.
  final Map<KeyName, Instant> lastSigned = new HashMap<>();

  final Set<DomainName> hadActive = new HashSet<>();

  /// How many more times the world may be touched before the process dies; negative for never.
  int life = -1;

  /// Records stand in a zone of keys, where a revoked one gives way.
  boolean namesServeAgain;

  /// Nothing is served at the URL of revealed keys.
  boolean webDown;

  /// How likely an update goes wrong, in percent.
  int badLuck;

  /// What happens in the world right after a line was written.
  java.util.function.Consumer<String> afterAppend = _ -> {};

  private final KeyJournal reader = new KeyJournal(store());

  /// How many keys were made; each one is another.
  int made;

  KeyWorld(Random random, int serverCount) {
    this.random = random;
    this.stopped = new boolean[serverCount];
    this.lag = new Duration[serverCount];
    Arrays.fill(lag, Duration.ZERO);
    for (int i = 0; i < serverCount; i++) {
      servers.add(new HashMap<>());
    }
  }

  private void touch() {
    if (life == 0) {
      throw new Killed();
    }
    if (life > 0) {
      life--;
    }
  }

  // ---- the world goes on

  void pass(Duration time) {
    now = now.plus(time);
    transfer();
    sign();
  }

  /// Secondaries that run take the zone over.
  void transfer() {
    if (Arrays.stream(lag).anyMatch(Duration::isPositive)) {
      zones.put(now, Map.copyOf(primary));
    }
    for (int i = 0; i < servers.size(); i++) {
      if (!stopped[i] && lag[i].isZero()) {
        servers.get(i).clear();
        servers.get(i).putAll(primary);
      } else if (!stopped[i] && zones.floorEntry(now.minus(lag[i])) != null) {
        servers.get(i).clear();
        servers.get(i).putAll(zones.floorEntry(now.minus(lag[i])).getValue());
      }
    }
  }

  /// Every domain sends a message now.
  void sign() {
    KeyRing ring = ring();
    ring.active().forEach((domain, selector) -> lastSigned.put(new KeyName(domain, selector), now));
    check(ring);
  }

  KeyRing ring() {
    try {
      return reader.read();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- what must always hold

  void check(KeyRing ring) {
    Map<DomainName, Integer> active = new HashMap<>();
    for (KeyRing.Entry e : ring.entries()) {
      if (e.state() instanceof KeyState.Active state) {
        active.merge(e.name().domain(), 1, Integer::sum);
        for (KeyType type : e.types()) {
          assertTrue(held(e.name(), type), () -> e.name() + " signs without a record: " + lines);
        }
        if (state.proven()) {
          hadActive.add(e.name().domain());
        }
      }
    }
    for (DomainName domain : hadActive) {
      assertEquals(1, active.get(domain), () -> domain + " has not exactly one key: " + lines);
    }
  }

  /// Mail that was signed less than `keep` ago verifies at every server.
  void checkOldMail(Duration keep, Set<KeyName> compromised) {
    lastSigned.forEach(
        (name, at) -> {
          if (now.isBefore(at.plus(keep)) && !compromised.contains(name)) {
            assertTrue(held(name, KeyType.RSA), () -> name + " was revoked too early: " + lines);
          }
        });
  }

  boolean held(KeyName name, KeyType type) {
    DkimPrivateKey key = files.get(file(name, type));
    return key != null
        && servers.stream()
            .allMatch(s -> key.record().print().equals(s.getOrDefault(name.owner(type), "")));
  }

  boolean heldBy(int server, KeyName name, KeyType type) {
    DkimPrivateKey key = files.get(file(name, type));
    return key != null
        && key.record().print().equals(servers.get(server).getOrDefault(name.owner(type), ""));
  }

  boolean revokedEverywhere(KeyName name, KeyType type) {
    return servers.stream()
        .allMatch(
            s ->
                DkimKeyRecord.parse(s.getOrDefault(name.owner(type), ""))
                    .toOptional()
                    .filter(DkimKeyRecord::revoked)
                    .isPresent());
  }

  static String file(KeyName name, KeyType type) {
    return name.selector(type) + "." + name.domain() + "." + type.word();
  }

  // ---- a process

  KeyLife process(KeySettings settings) {
    return new KeyLife(parts(), settings, "server");
  }

  KeyLife.Parts parts() {
    var journal = new KeyJournal(store());
    return new KeyLife.Parts(
        journal,
        keyStore(),
        this::ensure,
        authorities(),
        new KeyProbe(DkimCrypto.standard(), () -> now),
        notices::add,
        before -> oldestQueued.filter(at -> !at.isAfter(before)).isPresent(),
        (url, _) -> webDown ? Optional.of(url + " does not answer") : Optional.empty(),
        () -> now);
  }

  JournalStore store() {
    return new JournalStore() {
      @Override
      public List<String> lines() {
        return List.copyOf(lines);
      }

      @Override
      public void append(String line) {
        touch();
        lines.add(line);
        check(ring());
        afterAppend.accept(line);
        touch();
      }

      @Override
      public <R> R exclusively(Turn<R> turn) throws IOException {
        return turn.run();
      }
    };
  }

  private KeyStore keyStore() {
    return new KeyStore() {
      @Override
      public void make(KeyName name, Set<KeyType> types) {
        for (KeyType type : types) {
          touch();
          files.computeIfAbsent(
              file(name, type), _ -> (type == KeyType.RSA ? RSA : ED25519).get(made++ % 12));
        }
      }

      @Override
      public KeyFile.Content read(KeyName name, KeyType type) {
        DkimPrivateKey key = files.get(file(name, type));
        return key == null ? new KeyFile.Content.Missing() : new KeyFile.Content.Usable(key);
      }

      @Override
      public boolean taken(DomainName domain, String selector) {
        return files.containsKey(file(new KeyName(domain, selector), KeyType.RSA));
      }

      @Override
      public void putAside(KeyName name, Instant at) {
        for (KeyType type : KeyType.values()) {
          files.remove(file(name, type));
        }
      }
    };
  }

  private Publisher.Result ensure(Publisher.Wanted any) {
    touch();
    var wanted = (Publisher.Wanted.Text) any;
    String text = wanted.text().text();
    String there = primary.getOrDefault(wanted.owner(), "");
    int luck = random.nextInt(100);
    if (luck < badLuck / 2) {
      return new Publisher.Result.Failed("SERVFAIL");
    }
    boolean expected =
        there.equals(wanted.before().map(TxtRecord::text).orElse(""))
            || (namesServeAgain && there.endsWith("p="));
    if (!there.equals(text) && !expected) {
      return new Publisher.Result.Conflict("something else is there");
    }
    boolean lost = luck < badLuck;
    if (!lost) {
      primary.put(wanted.owner(), text);
    }
    touch();
    return new Publisher.Result.Handed("the update was answered");
  }

  private Authorities authorities() {
    return new Authorities() {
      @Override
      @SuppressWarnings("unchecked") // only TXT is asked for
      public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
        touch();
        var said = new ArrayList<Survey.Said<T>>();
        for (int i = 0; i < servers.size(); i++) {
          said.add(new Survey.Said<>("ns" + i, (Survey.Reply<T>) reply(i, name)));
        }
        touch();
        return new Survey<>(name.suffix(2), name, said, NEGATIVE_TTL, Optional.empty());
      }
    };
  }

  private Survey.Reply<TxtRecord> reply(int server, DomainName name) {
    if (random.nextInt(100) < badLuck / 4) {
      return new Survey.Reply.Silent<>("time-out");
    }
    String text = servers.get(server).get(name);
    return text == null
        ? new Survey.Reply.Lacks<>()
        : new Survey.Reply.Holds<>(List.of(TxtRecord.of(text)), Duration.ofHours(1));
  }

  static KeySettings settings(boolean spare, KeySettings.Reveal reveal, DomainName... domains) {
    return new KeySettings(
        Set.of(domains),
        Map.of(),
        new KeySettings.Life(Duration.ofDays(182), Duration.ofDays(14), Duration.ofDays(30)),
        SelectorTemplate.DEFAULT,
        Set.of(KeyType.RSA, KeyType.ED25519),
        1024,
        spare,
        KeySettings.Publication.ASSISTED,
        reveal == KeySettings.Reveal.OFF ? Map.of() : Map.of(domains[0], reveal),
        Path.of("target", "revealed-" + System.nanoTime()),
        "https://mail.example.org/.well-known/dkim-revealed/",
        Path.of("target", "keys"));
  }
}
