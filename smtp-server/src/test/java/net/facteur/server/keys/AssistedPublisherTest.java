package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.keys.Publisher.Wanted;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;

class AssistedPublisherTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName NET = DomainName.of("example.net");
  private static final TxtRecord KEY = TxtRecord.of("v=DKIM1; k=rsa; p=AAAA");
  private static final TxtRecord REVOKED = TxtRecord.of("v=DKIM1; k=rsa; p=");

  private final List<Notices.Notice> mail = new ArrayList<>();
  private Instant now = Instant.parse("2027-01-10T06:00:00Z");
  private final AssistedPublisher publisher = new AssistedPublisher(mail::add, () -> now);

  private static Wanted.Text add(DomainName domain, String selector) {
    return new Wanted.Text(domain, new KeyName(domain, selector).owner(KeyType.RSA), KEY, empty());
  }

  private static Optional<TxtRecord> empty() {
    return Optional.empty();
  }

  private static Wanted.Text revoke(String selector) {
    return new Wanted.Text(
        ORG, new KeyName(ORG, selector).owner(KeyType.RSA), REVOKED, Optional.of(KEY));
  }

  private static Wanted.Tlsa tlsa(boolean there) {
    DomainName host = DomainName.of("mail.example.org");
    return new Wanted.Tlsa(
        host,
        DomainName.of("_25._tcp.mail.example.org"),
        new TlsaRecord(3, 1, 1, HexFormat.of().parseHex("ab".repeat(32))),
        there);
  }

  private List<String> subjects(Wanted... wishes) {
    mail.clear();
    for (Wanted wish : wishes) {
      publisher.ensure(wish);
    }
    publisher.roundEnds();
    return mail.stream().map(n -> n.subject().in(Language.ENGLISH)).toList();
  }

  @Test
  void theRecordsOfARoundComeInOneMessageForEachDomain() {
    assertEquals(List.of("Add a DNS record to example.org"), subjects(add(ORG, "a")));
    assertEquals(
        List.of("Add 4 DNS records to example.org"),
        subjects(add(ORG, "b"), add(ORG, "c"), add(ORG, "d"), add(ORG, "e")));
    for (String selector : List.of("b", "c", "d", "e")) {
      assertTrue(
          mail.getFirst()
              .text()
              .in(Language.ENGLISH)
              .contains(selector + "._domainkey.example.org. IN TXT"),
          mail.getFirst().text().in(Language.ENGLISH));
    }
    assertEquals(
        List.of("Change 2 DNS records of example.org"), subjects(revoke("a"), revoke("b")));
    assertEquals(
        List.of("Change 2 DNS records of example.org"), subjects(add(ORG, "f"), revoke("c")));
    assertTrue(
        mail.getFirst().text().in(Language.ENGLISH).contains("Please add this record"),
        mail.getFirst().text().in(Language.ENGLISH));
    assertTrue(mail.getFirst().text().in(Language.ENGLISH).contains("Please change this record"));
    assertEquals(
        List.of("Add a DNS record to example.org", "Add a DNS record to example.net"),
        subjects(add(ORG, "g"), add(NET, "g")));
    assertEquals(List.of("Add a TLSA record for mail.example.org"), subjects(tlsa(true)));
    assertEquals(List.of("Remove a TLSA record of mail.example.org"), subjects(tlsa(false)));
  }

  @Test
  void nothingIsToldTwiceInAWeekAndRemindersComeTogether() {
    subjects(add(ORG, "a"), add(ORG, "b"));
    assertEquals(List.of(), subjects(add(ORG, "a"), add(ORG, "b")));
    now = now.plus(Duration.ofDays(7));
    assertEquals(
        List.of("Add 2 DNS records to example.org"), subjects(add(ORG, "a"), add(ORG, "b")));
  }

  @Test
  void aRotationAsksOnceForTheRecordsOfBothKeys() throws IOException {
    var world = new KeyWorld(new Random(1), 2);
    KeySettings settings = KeyWorld.settings(false, KeySettings.Reveal.OFF, ORG);
    KeyLife.Parts parts = world.parts();
    var byHand =
        new KeyLife.Parts(
            parts.journal(),
            parts.store(),
            new AssistedPublisher(world.notices::add, () -> world.now),
            parts.authorities(),
            parts.probe(),
            parts.notices(),
            parts.queuedSince(),
            parts.exhibit(),
            parts.clock());
    var commands = new KeyCommands(byHand, settings, "alice");
    commands.carryOut(commands.rotate(ORG));
    var life = new KeyLife(byHand, settings, "server");
    life.advance(ORG);
    life.advance(ORG);
    assertEquals(
        List.of("Add 2 DNS records to example.org"),
        world.notices.stream().map(n -> n.subject().in(Language.ENGLISH)).toList());
    String text = world.notices.getFirst().text().in(Language.ENGLISH);
    assertTrue(text.contains("jan2027._domainkey.example.org. IN TXT"), text);
    assertTrue(text.contains("jan2027-ed._domainkey.example.org. IN TXT"), text);
  }
}
