package net.facteur.server.keys.tlsa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.keys.UpdateServer;
import net.facteur.server.keys.UpdateServer.Mishap;
import net.facteur.server.language.Language;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/// TLSA records that go by signed updates over the network, straight or by a CNAME, to a name
/// server that refuses, fails, or loses what it gets.
class TlsaUpdateTest {
  private static final String OWNER = TlsaWorld.OWNER.text();
  private static final String TARGET = "_25.mail-example-org.keys.example.net";
  private static final Duration STEP = Duration.ofMinutes(30);

  private final TlsaWorld world = new TlsaWorld(new Random(1), 1);
  private final ServerCertificate first = TlsaWorld.certificate();
  private final ServerCertificate second = TlsaWorld.certificate();
  private UpdateServer server;

  @BeforeEach
  void start() throws IOException {
    server = new UpdateServer(() -> world.now);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private TlsaRoll process(Optional<DomainName> keyZone) {
    return world.process(false, server.publisher(keyZone), server.authorities());
  }

  private void run(TlsaRoll roll, int hours) throws IOException {
    for (int i = 0; i < 2 * hours; i++) {
      roll.advance();
      world.now = world.now.plus(STEP);
    }
  }

  private TlsaRecord active() {
    return world.keys().active().orElseThrow().key();
  }

  private static String text(ServerCertificate certificate) {
    return TlsaWorld.key(certificate).toString();
  }

  private List<String> held(String owner) {
    return server.held(owner, Type.TLSA).stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mishap.class,
      names = {"SERVFAIL", "REFUSED", "LOST"})
  void theOldCertificateStaysWhileUpdatesFailAndEverythingGoesOnAfterwards(Mishap mishap)
      throws IOException {
    server.edit(OWNER, Type.TLSA, text(first));
    world.begin(first);
    TlsaRoll roll = process(Optional.empty());
    server.suffer(mishap);
    world.staged = Optional.of(second);
    run(roll, 8);
    assertEquals(TlsaWorld.key(first), active());
    assertEquals(List.of(text(first)), held(OWNER));
    assertTrue(
        world.notices.stream()
            .anyMatch(n -> n.subject().in(Language.ENGLISH).contains("cannot be updated")),
        world.notices::toString);
    server.suffer(Mishap.NONE);
    run(roll, 1);
    assertEquals(TlsaWorld.key(second), active());
    server.suffer(mishap);
    server.edit(OWNER, Type.TLSA, text(first), text(second));
    run(roll, 3);
    assertTrue(held(OWNER).contains(text(first)), "it cannot be removed");
    server.suffer(Mishap.NONE);
    run(roll, 2);
    assertEquals(List.of(text(second)), held(OWNER));
  }

  @Test
  void anUpdateThatWasCarriedOutCountsEvenIfItsAnswerWasLost() throws IOException {
    server.edit(OWNER, Type.TLSA, text(first));
    world.begin(first);
    server.suffer(Mishap.ANSWER_LOST);
    world.staged = Optional.of(second);
    TlsaRoll roll = process(Optional.empty());
    run(roll, 3);
    assertEquals(TlsaWorld.key(second), active());
    assertEquals(List.of(text(second)), held(OWNER));
    server.suffer(Mishap.NONE);
    run(roll, 3);
    assertEquals("gone", world.keys().find(TlsaWorld.key(first)).orElseThrow().state().word());
  }

  @Test
  void aDelegatedRollHappensInTheZoneOfKeys() throws IOException {
    server.edit(OWNER, Type.CNAME, TARGET + ".");
    server.edit(TARGET, Type.TLSA, text(first));
    world.begin(first);
    TlsaRoll roll = process(Optional.of(DomainName.of("keys.example.net")));
    world.staged = Optional.of(second);
    roll.advance();
    assertEquals(List.of(text(first), text(second)), held(TARGET), "both, before the change");
    assertEquals(TlsaWorld.key(first), active());
    run(roll, 6);
    assertEquals(TlsaWorld.key(second), active());
    assertEquals(List.of(text(second)), held(TARGET));
    assertEquals(List.of(), held(OWNER), "the zone of the host was left alone");
  }

  @Test
  void aNameThatLeadsElsewhereIsNotTouched() throws IOException {
    server.edit(OWNER, Type.CNAME, "tlsa.example.org.");
    server.edit("tlsa.example.org", Type.TLSA, text(first));
    world.begin(first);
    TlsaRoll roll = process(Optional.of(DomainName.of("keys.example.net")));
    world.staged = Optional.of(second);
    run(roll, 8);
    assertEquals(TlsaWorld.key(first), active());
    assertEquals(List.of(text(first)), held("tlsa.example.org"));
    assertTrue(
        world.notices.getLast().text().in(Language.ENGLISH).contains("not ours"),
        world.notices::toString);
  }
}
