package net.facteur.server.keys.tlsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.keys.JournalStore;
import net.facteur.server.keys.Publisher;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// Name servers that lag, a disk, a clock and a postmaster, all in memory; and a process that may
/// be killed whenever it touches one of them.
final class TlsaWorld {
  static final DomainName HOST = DomainName.of("mail.example.org");
  static final DomainName OWNER = DomainName.of("_25._tcp.mail.example.org");
  static final Duration TTL = Duration.ofHours(1);
  private static final Instant BEGINNING = Instant.parse("2027-01-01T00:00:00Z");

  /// The process dies here.
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final CertificateAuthority AUTHORITY =
      new CertificateAuthority(
          "Test", Duration.ofDays(36_500), () -> BEGINNING, new SecureRandom());

  final Random random;
  Instant now = BEGINNING;

  // ---- what survives a crash
  final List<String> lines = new ArrayList<>();
  final Map<String, ServerCertificate> store = new HashMap<>();
  final Set<TlsaRecord> primary = new LinkedHashSet<>();
  final List<Set<TlsaRecord>> servers = new ArrayList<>();
  final boolean[] stopped;
  final List<Notices.Notice> notices = new ArrayList<>();
  Optional<ServerCertificate> staged = Optional.empty();

  /// Since when each record is at every server.
  final Map<TlsaRecord, Instant> everywhereSince = new HashMap<>();

  /// Who is in service, to see when that changes.
  Optional<TlsaRecord> inService = Optional.empty();

  /// How many more times the world may be touched before the process dies; negative for never.
  int life = -1;

  /// How likely an update goes wrong, in percent.
  int badLuck;

  private final RollJournal reader = new RollJournal(reader());

  TlsaWorld(Random random, int serverCount) {
    this.random = random;
    this.stopped = new boolean[serverCount];
    for (int i = 0; i < serverCount; i++) {
      servers.add(new LinkedHashSet<>());
    }
  }

  static ServerCertificate certificate() {
    return AUTHORITY.issue(HOST);
  }

  static ServerCertificate of(String host) {
    return AUTHORITY.issue(DomainName.of(host));
  }

  static TlsaRecord key(ServerCertificate certificate) {
    return TlsaRecords.ofKey(certificate.leaf());
  }

  private void touch() {
    if (life == 0) {
      throw new Killed();
    }
    if (life > 0) {
      life--;
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
    transfer();
  }

  void transfer() {
    for (int i = 0; i < servers.size(); i++) {
      if (!stopped[i]) {
        servers.get(i).clear();
        servers.get(i).addAll(primary);
      }
    }
    Set<TlsaRecord> everywhere = new LinkedHashSet<>(servers.getFirst());
    servers.forEach(everywhere::retainAll);
    everywhereSince.keySet().retainAll(everywhere);
    everywhere.forEach(record -> everywhereSince.putIfAbsent(record, now));
  }

  CertificateKeys keys() {
    try {
      return reader.read();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// What must always hold: one certificate in service, whose record is at every server wherever
  /// there are records, and was there for two TTLs when it went into service.
  void check() {
    List<CertificateKeys.Entry> active =
        keys().entries().stream().filter(e -> e.state() instanceof RollState.Active).toList();
    if (inService.isPresent()) {
      assertEquals(1, active.size(), () -> "not exactly one in service: " + lines);
    }
    if (active.isEmpty()) {
      return;
    }
    TlsaRecord key = active.getFirst().key();
    if (servers.stream().anyMatch(s -> !s.isEmpty())) {
      assertTrue(
          servers.stream().allMatch(s -> s.contains(key)),
          () -> "in service, and not visible: " + lines);
      if (inService.isPresent() && !inService.get().equals(key)) {
        Instant since = everywhereSince.get(key);
        assertTrue(
            since != null && !now.isBefore(since.plus(TTL.multipliedBy(2))),
            () -> "in service before two TTLs: " + lines);
      }
    }
    inService = Optional.of(key);
  }

  private JournalStore reader() {
    return new JournalStore() {
      @Override
      public List<String> lines() {
        return List.copyOf(lines);
      }

      @Override
      public void append(String line) {
        touch();
        lines.add(line);
        check();
        touch();
      }

      @Override
      public <R> R exclusively(Turn<R> turn) throws IOException {
        return turn.run();
      }
    };
  }

  TlsaRoll process() {
    return process(false);
  }

  TlsaRoll process(boolean first) {
    return process(first, this::ensure, authorities());
  }

  TlsaRoll process(boolean first, Publisher publisher, Authorities authorities) {
    var resolver = ZoneResolver.of(Map.of());
    return new TlsaRoll(
        new TlsaRoll.Parts(
            HOST,
            first,
            new RollJournal(reader()),
            certificateStore(),
            Map.of("the staging directory", this::look),
            publisher,
            new PublishedTlsa(authorities, resolver, HOST, OWNER),
            new TlsaGuard(authorities, resolver, HOST, () -> now),
            notices::add,
            () -> now),
        "server");
  }

  /// Puts a first certificate in service, without a file.
  void begin(ServerCertificate certificate) throws IOException {
    String name = CertificateStore.name(certificate);
    store.put(name, certificate);
    var journal = new RollJournal(reader());
    TlsaRecord key = key(certificate);
    for (RollEvent.Transition transition :
        List.of(
            new RollEvent.Transition.Staged(Optional.of(name)),
            new RollEvent.Transition.Active(Optional.empty()))) {
      journal.append(new RollEvent(now, key, transition, "the first one", "test"));
    }
  }

  private CertificateSource.Found look() {
    touch();
    return staged
        .<CertificateSource.Found>map(CertificateSource.Found.Pair::new)
        .orElseGet(CertificateSource.Found.Nothing::new);
  }

  private CertificateStore certificateStore() {
    return new CertificateStore() {
      @Override
      public void add(ServerCertificate certificate) {
        touch();
        store.put(CertificateStore.name(certificate), certificate);
        touch();
      }

      @Override
      public ServerCertificate read(String name) throws InvalidCertificateException {
        ServerCertificate found = store.get(name);
        if (found == null) {
          throw new InvalidCertificateException(Text.of(name + " is not there"));
        }
        return found;
      }

      @Override
      public CertificateFiles files(String name) {
        return CertificateFiles.of(Path.of(name, "chain"), Path.of(name, "key"));
      }
    };
  }

  private Publisher.Result ensure(Publisher.Wanted any) {
    touch();
    var wanted = (Publisher.Wanted.Tlsa) any;
    assertEquals(OWNER, wanted.owner());
    int luck = random.nextInt(100);
    if (luck < badLuck / 2) {
      return new Publisher.Result.Failed("SERVFAIL");
    }
    if (luck >= badLuck) {
      if (wanted.there()) {
        primary.add(wanted.tlsa());
      } else {
        primary.remove(wanted.tlsa());
      }
    }
    touch();
    return new Publisher.Result.Handed("the update was answered");
  }

  Authorities authorities() {
    return new Authorities() {
      @Override
      @SuppressWarnings("unchecked") // only TLSA is asked for
      public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
        touch();
        assertEquals(OWNER, name);
        var said = new ArrayList<Survey.Said<T>>();
        for (int i = 0; i < servers.size(); i++) {
          said.add(new Survey.Said<>("ns" + i, (Survey.Reply<T>) reply(i)));
        }
        touch();
        return new Survey<>(name.suffix(2), name, said, TTL, Optional.empty());
      }
    };
  }

  private Survey.Reply<TlsaRecord> reply(int server) {
    if (random.nextInt(100) < badLuck / 4) {
      return new Survey.Reply.Silent<>("time-out");
    }
    List<TlsaRecord> records = List.copyOf(servers.get(server));
    return records.isEmpty() ? new Survey.Reply.Lacks<>() : new Survey.Reply.Holds<>(records, TTL);
  }
}
