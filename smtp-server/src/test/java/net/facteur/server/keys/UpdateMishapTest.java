package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.UpdateServer.Mishap;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/// DKIM keys whose records go by signed updates over the network to a name server that refuses,
/// fails, or loses what it gets, and to a zone that others edit.
class UpdateMishapTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String FIRST = "jan2027._domainkey.example.org";
  private static final String SECOND = "jan2027b._domainkey.example.org";

  private final KeyWorld world = new KeyWorld(new Random(1), 0);
  private final KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
  private UpdateServer server;
  private KeyLife life;

  @BeforeEach
  void start() throws IOException {
    server = new UpdateServer(() -> world.now);
    life = new KeyLife(parts(Optional.empty()), settings, "server");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private KeyLife.Parts parts(Optional<DomainName> keyZone) {
    KeyLife.Parts parts = world.parts();
    return new KeyLife.Parts(
        parts.journal(),
        parts.store(),
        server.publisher(keyZone),
        server.authorities(),
        parts.probe(),
        parts.notices(),
        parts.queuedSince(),
        parts.exhibit(),
        parts.clock());
  }

  private void rotate() throws IOException {
    var commands = new KeyCommands(parts(Optional.empty()), settings, "alice");
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(ORG)));
  }

  private void run(int hours) throws IOException {
    for (int i = 0; i < hours; i++) {
      life.advance(ORG);
      world.now = world.now.plus(HOUR);
    }
  }

  private String active() {
    return world.ring().active().getOrDefault(ORG, "none");
  }

  private String state(String selector) {
    return world.ring().find(new KeyName(ORG, selector)).orElseThrow().state().word();
  }

  private boolean told(String words) {
    return world.notices.stream().anyMatch(n -> n.subject().in(Language.ENGLISH).contains(words));
  }

  private String print(String selector, KeyType type) {
    DkimPrivateKey key = world.files.get(KeyWorld.file(new KeyName(ORG, selector), type));
    return key == null ? "none" : key.record().print();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mishap.class,
      names = {"SERVFAIL", "REFUSED", "LOST"})
  void theOldKeySignsWhileUpdatesFailAndEverythingGoesOnAfterwards(Mishap mishap)
      throws IOException {
    rotate();
    run(3);
    assertEquals("jan2027", active());
    server.suffer(mishap);
    rotate();
    run(9);
    assertEquals("jan2027", active());
    assertEquals("generated", state("jan2027b"));
    assertEquals(List.of(), server.held(SECOND, Type.TXT));
    assertTrue(told("The DNS of example.org cannot be updated"), world.notices::toString);
    server.suffer(Mishap.NONE);
    run(3);
    assertEquals("jan2027b", active());
    assertEquals(List.of(print("jan2027b", KeyType.RSA)), server.held(SECOND, Type.TXT));

    server.suffer(mishap);
    run(24 * 15);
    assertEquals("revoking", state("jan2027"));
    assertEquals(List.of(print("jan2027", KeyType.RSA)), server.held(FIRST, Type.TXT));
    server.suffer(Mishap.NONE);
    run(2);
    assertEquals("revoked", state("jan2027"));
    assertEquals(List.of("v=DKIM1; k=rsa; p="), server.held(FIRST, Type.TXT));
  }

  @Test
  void anUpdateThatWasCarriedOutCountsEvenIfItsAnswerWasLost() throws IOException {
    server.suffer(Mishap.ANSWER_LOST);
    rotate();
    run(6);
    assertEquals("jan2027", active());
    assertEquals(List.of(print("jan2027", KeyType.RSA)), server.held(FIRST, Type.TXT));
    rotate();
    run(24 * 16);
    assertEquals("jan2027b", active());
    assertEquals("revoked", state("jan2027"));
    assertEquals(List.of("v=DKIM1; k=rsa; p="), server.held(FIRST, Type.TXT));
  }

  @Test
  void aRecordThatAColleagueBreaksOnItsWayIsToldAndWaitedFor() throws IOException {
    rotate();
    run(3);
    rotate();
    life.advance(ORG);
    assertEquals("publishing", state("jan2027b"));
    server.edit(SECOND, Type.TXT, "\"v=DKIM1; k=rsa; p=AAAA\"");
    run(3);
    assertEquals("jan2027", active());
    assertTrue(told("is in the way"), world.notices::toString);
    server.edit(SECOND, Type.TXT);
    run(4);
    assertEquals("jan2027b", active(), "it was written again");
    assertEquals(List.of(print("jan2027b", KeyType.RSA)), server.held(SECOND, Type.TXT));
  }

  @Test
  void aZoneThatLosesTheRecordOfTheActiveKeyIsTold() throws IOException {
    rotate();
    run(3);
    int updates = server.updates();
    server.edit(FIRST, Type.TXT);
    run(30);
    assertEquals("jan2027", active());
    assertTrue(told("is missing or was changed"), world.notices::toString);
    assertEquals(updates, server.updates(), "whoever took it away may have had a reason");
  }

  @Test
  void aDelegatedNameIsWrittenInTheZoneOfKeysAndNowhereElse() throws IOException {
    var zone = Optional.of(DomainName.of("keys.example.net"));
    life = new KeyLife(parts(zone), settings, "server");
    server.edit(FIRST, Type.CNAME, "jan2027.example-org.keys.example.net.");
    server.edit(
        "jan2027-ed._domainkey.example.org",
        Type.CNAME,
        "jan2027-ed.example-org.keys.example.net.");
    rotate();
    run(3);
    assertEquals("jan2027", active());
    assertEquals(
        List.of(print("jan2027", KeyType.RSA)),
        server.held("jan2027.example-org.keys.example.net", Type.TXT));
    assertEquals(List.of(), server.held(FIRST, Type.TXT));

    server.edit(SECOND, Type.CNAME, "elsewhere.example.org.");
    rotate();
    run(3);
    assertEquals("jan2027", active());
    assertTrue(told("is in the way"), world.notices::toString);
    assertEquals(List.of(), server.held("elsewhere.example.org", Type.TXT));
  }

  /// A person pastes our record, cut at other places, with white space, tags, or twice.
  @ParameterizedTest
  @ValueSource(strings = {"CUT", "SPACED", "TAGGED", "TWICE", "BESIDE_EMPTY"})
  void aRecordThatSomebodyPastedInAnotherFormIsRevokedAllTheSame(String form) throws IOException {
    rotate();
    run(3);
    String ours = print("jan2027", KeyType.RSA);
    rotate();
    run(3);
    assertEquals("jan2027b", active(), "the second key took over");
    server.edit(FIRST, Type.TXT, pasted(form, ours));
    run(24 * 16);
    assertEquals("revoked", state("jan2027"), world.notices::toString);
    assertEquals(List.of("v=DKIM1; k=rsa; p="), server.held(FIRST, Type.TXT));
  }

  private static String[] pasted(String form, String ours) {
    String first = ours.substring(0, 40);
    String rest = ours.substring(40);
    String cut = "\"" + first + "\" \"" + rest + "\"";
    return switch (form) {
      case "CUT" -> new String[] {cut};
      case "SPACED" -> new String[] {"\"" + ours.replace("; ", ";") + " \""};
      case "TAGGED" -> new String[] {"\"" + ours.replace("; p=", "; h=sha256; p=") + "\""};
      case "TWICE" -> new String[] {cut, "\"" + ours + "\""};
      case "BESIDE_EMPTY" -> new String[] {cut, "\"v=DKIM1; k=rsa; p=\""};
      default -> throw new IllegalArgumentException(form);
    };
  }

  @Test
  void aRecordOfAnotherKeyIsNeverTouched() throws IOException {
    rotate();
    run(3);
    String other = "v=DKIM1; k=rsa; p=AAAA";
    rotate();
    run(3);
    server.edit(FIRST, Type.TXT, "\"" + other + "\"");
    run(24 * 16);
    assertEquals(List.of(other), server.held(FIRST, Type.TXT));
    assertTrue(told("is in the way"), world.notices::toString);
  }
}
