package net.facteur.server.keys.tlsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.AssistedPublisher;
import net.facteur.server.keys.Outcome;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.CertificateRequest;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsaRollTest {
  private static final Duration MINUTES = Duration.ofMinutes(10);

  private final TlsaWorld world = new TlsaWorld(new Random(1), 3);
  private final ServerCertificate first = TlsaWorld.certificate();
  private final ServerCertificate second = TlsaWorld.certificate();

  private void begin(boolean published) throws IOException {
    if (published) {
      world.primary.add(TlsaWorld.key(first));
      world.transfer();
    }
    world.begin(first);
  }

  private void run(TlsaRoll roll, Duration time) throws IOException {
    for (Duration d = Duration.ZERO; d.compareTo(time) < 0; d = d.plus(MINUTES)) {
      roll.advance();
      world.pass(MINUTES);
    }
  }

  private TlsaRecord active() {
    return world.keys().active().orElseThrow().key();
  }

  private String state(ServerCertificate certificate) {
    return world.keys().find(TlsaWorld.key(certificate)).orElseThrow().state().word();
  }

  @Test
  void aRenewedCertificateWaitsForItsRecordAtEveryServerForTwoTtls() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    world.stopped[2] = true;
    world.staged = Optional.of(second);
    run(roll, Duration.ofHours(12));
    assertEquals(TlsaWorld.key(first), active(), "one server does not have it");
    assertEquals("publishing", state(second));
    assertTrue(world.primary.containsAll(List.of(TlsaWorld.key(first), TlsaWorld.key(second))));
    world.stopped[2] = false;
    world.transfer();
    run(roll, Duration.ofHours(2));
    assertEquals(TlsaWorld.key(first), active(), "caches may lack it");
    run(roll, Duration.ofMinutes(30));
    assertEquals(TlsaWorld.key(second), active());
    assertTrue(world.primary.contains(TlsaWorld.key(first)), "the old one stays for a while");
    run(roll, Duration.ofHours(3));
    assertFalse(world.primary.contains(TlsaWorld.key(first)));
    assertEquals("gone", state(first));
  }

  @Test
  void aHostWithoutRecordsChangesAtOnce() throws IOException {
    begin(false);
    world.staged = Optional.of(second);
    world.process().advance();
    assertEquals(TlsaWorld.key(second), active());
    assertTrue(world.primary.isEmpty(), "nothing was published that nobody asked for");
  }

  @Test
  void theFirstRecordIsPublishedWhereTheSettingsAskForIt() throws IOException {
    begin(false);
    run(world.process(true), Duration.ofHours(1));
    assertEquals(java.util.Set.of(TlsaWorld.key(first)), world.primary);
  }

  @Test
  void recordsThatAppearInBetweenAreWaitedFor() throws IOException {
    begin(false);
    TlsaRoll roll = world.process();
    TlsaRecord next = TlsaWorld.key(second);
    roll.prepare(next);
    roll.advance();
    assertEquals("visible", state(second), "there is nothing to fit");
    world.primary.add(TlsaWorld.key(first));
    world.transfer();
    world.staged = Optional.of(second);
    roll.advance();
    assertEquals(TlsaWorld.key(first), active());
    run(roll, Duration.ofHours(4));
    assertEquals(next, active());
  }

  @Test
  void theKeyOfTheNextCertificateIsVisibleBeforeItComes() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    roll.prepare(TlsaWorld.key(second));
    run(roll, Duration.ofHours(6));
    assertEquals("visible", state(second));
    assertEquals(TlsaWorld.key(first), active(), "it has no certificate yet");
    assertEquals(2, world.primary.size());
    world.staged = Optional.of(second);
    roll.advance();
    assertEquals(TlsaWorld.key(second), active(), "without any wait");
  }

  @Test
  void aRenewalWithTheSameKeyGoesIntoServiceAtOnce() throws Exception {
    begin(true);
    KeyPair keys = new KeyPair(first.leaf().getPublicKey(), first.key());
    X509Certificate again =
        CertificateRequest.selfSigned(
            TlsaWorld.HOST, keys, world.now, Duration.ofDays(90), new SecureRandom());
    var renewed =
        new ServerCertificate(
            List.of(new HostPattern(false, TlsaWorld.HOST)), List.of(again), first.key());
    world.staged = Optional.of(renewed);
    world.process().advance();
    assertEquals(
        Optional.of(CertificateStore.name(renewed)),
        world.keys().active().orElseThrow().certificate());
    assertEquals(1, world.primary.size());
  }

  @Test
  void aCertificateThatCannotServeIsRefusedWithAReason() throws IOException {
    begin(true);
    world.staged = Optional.of(TlsaWorld.of("other.example.com"));
    TlsaRoll roll = world.process();
    run(roll, Duration.ofHours(1));
    assertEquals(TlsaWorld.key(first), active());
    assertEquals(1, world.notices.size(), "said once");
    assertTrue(
        world.notices.getFirst().text().in(Language.ENGLISH).contains("not for mail.example.org"),
        world.notices.getFirst().text().in(Language.ENGLISH));
    world.staged = Optional.of(second);
    world.now = Instant.parse("2200-01-01T00:00:00Z");
    roll.advance();
    assertTrue(
        world.notices.getLast().text().in(Language.ENGLISH).contains("expired"),
        world.notices.toString());
    assertEquals(1, world.keys().entries().size());
  }

  @Test
  void aKeyThatWasTakenOutOfServiceDoesNotComeBackWhileItsRecordGoes() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    world.staged = Optional.of(second);
    run(roll, Duration.ofHours(3));
    assertEquals("retiring", state(first));
    KeyPair keys = new KeyPair(first.leaf().getPublicKey(), first.key());
    var again =
        CertificateRequest.selfSigned(
            TlsaWorld.HOST, keys, world.now, Duration.ofDays(90), new SecureRandom());
    world.staged =
        Optional.of(
            new ServerCertificate(
                List.of(new HostPattern(false, TlsaWorld.HOST)), List.of(again), first.key()));
    roll.advance();
    assertEquals(TlsaWorld.key(second), active());
    assertTrue(
        world.notices.getLast().text().in(Language.ENGLISH).contains("taken out of service"));
  }

  @Test
  void aNewerCertificateTakesThePlaceOfOneThatStillWaits() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    world.staged = Optional.of(second);
    run(roll, Duration.ofHours(1));
    ServerCertificate third = TlsaWorld.certificate();
    world.staged = Optional.of(third);
    run(roll, Duration.ofHours(8));
    assertEquals(TlsaWorld.key(third), active());
    assertEquals("gone", state(second));
    assertEquals(java.util.Set.of(TlsaWorld.key(third)), world.primary);
  }

  @Test
  void recordsThatSomebodyBreaksAreReportedAndTheCertificateStays() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    roll.advance();
    world.badLuck = 0;
    world.primary.clear();
    world.primary.add(TlsaWorld.key(second));
    world.servers.forEach(
        s -> {
          s.clear();
          s.add(TlsaWorld.key(second));
        });
    world.now = world.now.plus(Duration.ofHours(2));
    roll.advance();
    assertTrue(world.notices.getLast().subject().in(Language.ENGLISH).contains("do not fit"));
    assertTrue(
        world
            .notices
            .getLast()
            .text()
            .in(Language.ENGLISH)
            .contains("IN TLSA " + TlsaWorld.key(first)));
    assertTrue(world.primary.contains(TlsaWorld.key(first)), "and put right where we may");
  }

  @Test
  void aRollByHandWaitsForThePersonWhoEditsTheZone() throws IOException {
    begin(true);
    TlsaRoll roll =
        world.process(
            false, new AssistedPublisher(world.notices::add, () -> world.now), world.authorities());
    world.staged = Optional.of(second);
    run(roll, Duration.ofDays(1));
    assertEquals(TlsaWorld.key(first), active(), "nobody has edited the zone yet");
    assertEquals(1, world.notices.size(), "asked once");
    Notices.Notice asked = world.notices.getFirst();
    assertEquals("Add a TLSA record for mail.example.org", asked.subject().in(Language.ENGLISH));
    assertTrue(
        asked
            .text()
            .in(Language.ENGLISH)
            .contains("_25._tcp.mail.example.org. IN TLSA " + TlsaWorld.key(second)),
        asked.text().in(Language.ENGLISH));
    run(roll, Duration.ofDays(2));
    assertTrue(
        world.notices.getLast().subject().in(Language.ENGLISH).contains("is not published yet"),
        "after two days");

    world.primary.add(TlsaWorld.key(second));
    run(roll, Duration.ofHours(2));
    assertEquals(TlsaWorld.key(first), active(), "caches may lack it");
    run(roll, Duration.ofMinutes(30));
    assertEquals(TlsaWorld.key(second), active());

    run(roll, Duration.ofHours(3));
    asked = world.notices.getLast();
    assertEquals("Remove a TLSA record of mail.example.org", asked.subject().in(Language.ENGLISH));
    assertTrue(
        asked.text().in(Language.ENGLISH).contains(TlsaWorld.key(first).toString()),
        asked.text().in(Language.ENGLISH));
    assertEquals("retiring", state(first), "it still stands there");
    world.primary.remove(TlsaWorld.key(first));
    run(roll, Duration.ofHours(1));
    assertEquals("gone", state(first));
  }

  @Test
  void aRecordThatComesBackAfterItsKeyHasGoneIsRemovedAgain() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    world.staged = Optional.of(second);
    run(roll, Duration.ofHours(8));
    assertEquals("gone", state(first));
    world.primary.add(TlsaWorld.key(first));
    run(roll, Duration.ofHours(2));
    assertEquals(java.util.Set.of(TlsaWorld.key(second)), world.primary);
  }

  @Test
  void aClockThatJumpsBackStopsTheRoll() throws IOException {
    begin(true);
    TlsaRoll roll = world.process();
    world.staged = Optional.of(second);
    run(roll, Duration.ofHours(1));
    int before = world.lines.size();
    world.now = world.now.minus(Duration.ofDays(30));
    run(roll, Duration.ofHours(10));
    assertEquals(before, world.lines.size());
    assertTrue(world.notices.getLast().subject().in(Language.ENGLISH).contains("clock"));
  }

  @Test
  void theJournalReadsWhatItWrites() {
    TlsaRecord key = TlsaWorld.key(first);
    var at = Instant.parse("2027-01-31T12:00:00Z");
    for (RollEvent.Transition transition :
        List.of(
            new RollEvent.Transition.Staged(Optional.empty()),
            new RollEvent.Transition.Staged(Optional.of("0123456789abcdef0123456789abcdef")),
            new RollEvent.Transition.Certified("0123456789abcdef0123456789abcdef"),
            new RollEvent.Transition.Publishing(),
            new RollEvent.Transition.Seen(at.plusSeconds(60)),
            new RollEvent.Transition.Visible(),
            new RollEvent.Transition.Active(Optional.of(TlsaWorld.key(second))),
            new RollEvent.Transition.Active(Optional.empty()),
            new RollEvent.Transition.Withdrawn(),
            new RollEvent.Transition.Gone())) {
      var event = new RollEvent(at, key, transition, "why", "alice");
      assertEquals(Parsed.ok(event), RollText.parse(RollText.print(event)));
    }
    for (String bad : List.of("", "{}", "[]", "{\"at\":\"now\",\"key\":\"3 1 1 00\"}", "{")) {
      assertTrue(RollText.parse(bad) instanceof Parsed.Malformed, bad);
    }
  }

  @Test
  void nothingGoesIntoServiceThatIsNotVisible() {
    TlsaRecord key = TlsaWorld.key(first);
    var staged =
        new RollEvent(
            world.now, key, new RollEvent.Transition.Staged(Optional.of("a".repeat(32))), "", "");
    var active =
        new RollEvent(world.now, key, new RollEvent.Transition.Active(Optional.empty()), "", "");
    CertificateKeys one = applied(applied(CertificateKeys.EMPTY, staged), active);
    TlsaRecord other = TlsaWorld.key(second);
    CertificateKeys two =
        applied(
            one,
            new RollEvent(
                world.now,
                other,
                new RollEvent.Transition.Staged(Optional.of("b".repeat(32))),
                "",
                ""));
    assertTrue(
        two.apply(
                new RollEvent(
                    world.now, other, new RollEvent.Transition.Active(Optional.of(key)), "", ""))
            instanceof Outcome.Refused);
    assertTrue(
        two.apply(new RollEvent(world.now, key, new RollEvent.Transition.Withdrawn(), "", ""))
            instanceof Outcome.Refused,
        "the one in service stays");
  }

  private static CertificateKeys applied(CertificateKeys keys, RollEvent event) {
    return keys.apply(event) instanceof Outcome.Applied<CertificateKeys>(CertificateKeys next)
        ? next
        : fail(event);
  }

  private static CertificateKeys fail(RollEvent event) {
    throw new AssertionError("refused: " + event);
  }

  @Test
  void afterARestartTheJournalDecidesAndNotTheFilesOfTheSettings(@TempDir Path directory)
      throws Exception {
    var configured = CertificateDirectory.filesIn(directory);
    CertificateAuthority.write(first.chain(), configured.chain());
    CertificateAuthority.write(first.key(), configured.key());
    Path home = Files.createDirectories(directory.resolve("data"));
    var roll =
        new TlsaRoll(
            new TlsaRoll.Parts(
                TlsaWorld.HOST,
                false,
                RollJournal.in(home),
                new CertificateDirectory(home),
                java.util.Map.of(),
                _ -> new net.facteur.server.keys.Publisher.Result.Failed("no"),
                new PublishedTlsa(
                    new net.facteur.auth.dns.Authorities() {
                      @Override
                      public <T> net.facteur.auth.dns.Survey<T> ask(
                          net.facteur.auth.dns.DomainName name,
                          net.facteur.auth.dns.RecordType<T> type) {
                        throw new AssertionError("no look-up at the start");
                      }
                    },
                    net.facteur.auth.dns.ZoneResolver.of(java.util.Map.of()),
                    TlsaWorld.HOST,
                    TlsaWorld.OWNER),
                new TlsaGuard(
                    new net.facteur.auth.dns.Authorities() {
                      @Override
                      public <T> net.facteur.auth.dns.Survey<T> ask(
                          net.facteur.auth.dns.DomainName name,
                          net.facteur.auth.dns.RecordType<T> type) {
                        throw new AssertionError("no look-up at the start");
                      }
                    },
                    net.facteur.auth.dns.ZoneResolver.of(java.util.Map.of()),
                    TlsaWorld.HOST,
                    () -> world.now),
                world.notices::add,
                () -> world.now),
            "server");
    var served = roll.inService(configured);
    assertTrue(served.chain().startsWith(home), served.toString());
    CertificateAuthority.write(second.chain(), configured.chain());
    CertificateAuthority.write(second.key(), configured.key());
    assertEquals(served, roll.inService(configured), "the new one has to wait");
    assertEquals(
        TlsaRecords.ofKey(first.leaf()),
        TlsaRecords.ofKey(net.facteur.server.tls.PemFiles.certificate(served)));
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(served.key())));
  }

  /// Renewals, servers that lag and fail, updates that get lost, and a process that is killed after
  /// any write and any answer: see [TlsaWorld#check].
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void killedAnywhereNoCertificateIsInServiceThatIsNotVisible(int seed) throws IOException {
    killAnywhere(seed, 400);
  }

  @ParameterizedTest
  @MethodSource("manySeeds")
  @Tag("long")
  void killedAnywhereForYearsNoCertificateIsInServiceThatIsNotVisible(int seed) throws IOException {
    killAnywhere(seed, 2000);
  }

  static IntStream manySeeds() {
    return IntStream.range(1000, 1000 + Integer.getInteger("seeds", 150));
  }

  private static void killAnywhere(int seed, int steps) throws IOException {
    var random = new Random(seed);
    var w = new TlsaWorld(random, 1 + random.nextInt(4));
    var pool = new ArrayList<ServerCertificate>();
    for (int i = 0; i < 30; i++) {
      pool.add(TlsaWorld.certificate());
    }
    w.primary.add(TlsaWorld.key(pool.getFirst()));
    w.transfer();
    w.begin(pool.removeFirst());
    TlsaRoll roll = w.process();
    w.badLuck = random.nextInt(40);
    for (int i = 0; i < steps; i++) {
      w.life = random.nextInt(4) == 0 ? random.nextInt(20) : -1;
      try {
        if (random.nextInt(40) == 0 && !pool.isEmpty()) {
          if (random.nextInt(3) == 0) {
            roll.prepare(TlsaWorld.key(pool.getFirst()));
          }
          w.staged = Optional.of(pool.removeFirst());
        }
        roll.advance();
      } catch (TlsaWorld.Killed _) {
        roll = w.process();
      }
      w.life = -1;
      w.check();
      if (random.nextInt(20) == 0) {
        w.stopped[random.nextInt(w.stopped.length)] ^= true;
      }
      w.pass(Duration.ofMinutes(random.nextInt(120)));
      w.check();
    }
    java.util.Arrays.fill(w.stopped, false);
    w.badLuck = 0;
    for (int i = 0; i < 200; i++) {
      roll.advance();
      w.pass(MINUTES);
      w.check();
    }
    ServerCertificate last = w.staged.orElseThrow();
    assertEquals(
        TlsaWorld.key(last),
        w.keys().active().orElseThrow().key(),
        () -> "seed " + seed + ": " + w.lines);
    var wanted = new HashSet<TlsaRecord>(new RollView(w.keys(), Path.of("")).wanted());
    assertEquals(wanted, w.primary, () -> "seed " + seed + ": " + w.lines);
    assertTrue(wanted.size() <= 2, "the one in service, and at most one to come");
  }
}
