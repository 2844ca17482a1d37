package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class ZoneResolverTest {
  private static final DomainName NAME = DomainName.of("example.com");

  private static <T> List<T> ask(ZoneResolver zone, String name, RecordType<T> type) {
    return zone.lookup(DomainName.of(name), type).orEmpty();
  }

  @Test
  void answersEveryTypeOfTheMapForm() {
    var zone =
        ZoneResolver.of(
            Map.of(
                "Example.COM.",
                Map.of(
                    "TXT", List.of("v=spf1 -all", List.of("ab", "cd"), "\"quoted \" \"\\100\""),
                    "MX", List.of("10 mail.example.com", List.of(20, "B.example.com")),
                    "A", "192.0.2.1",
                    "AAAA", List.of("::ffff:192.0.2.1"),
                    "TLSA", List.of("3 1 1 00ff"),
                    "SPF", List.of("v=spf1 +all"),
                    "SOA", List.of("ns.example.com. root.example.com. 1 2 3 4 5"))));
    assertEquals(
        List.of("v=spf1 -all", "abcd", "quoted d"),
        ask(zone, "example.com", RecordType.TXT).stream().map(TxtRecord::text).toList());
    assertEquals(
        List.of(
            new MxRecord(10, DomainName.of("mail.example.com")),
            new MxRecord(20, DomainName.of("b.example.com"))),
        ask(zone, "example.com", RecordType.MX));
    assertEquals(16, ask(zone, "example.com", RecordType.AAAA).getFirst().getAddress().length);
    assertEquals(3, ask(zone, "example.com", RecordType.TLSA).getFirst().usage());
    assertEquals(5, ask(zone, "example.com", RecordType.SOA).getFirst().minimum().toSeconds());
    assertInstanceOf(Answer.NoData.class, zone.lookup(NAME, RecordType.PTR));
    assertEquals(6, zone.lookups());
  }

  @Test
  void aNameWithSomethingBelowItExists() {
    var zone = ZoneResolver.of(Map.of("a.b.example.com", Map.of("A", "192.0.2.1")));
    assertInstanceOf(
        Answer.NoData.class, zone.lookup(DomainName.of("b.example.com"), RecordType.A));
    assertInstanceOf(
        Answer.NxDomain.class, zone.lookup(DomainName.of("c.example.com"), RecordType.A));
    assertInstanceOf(
        Answer.NxDomain.class, zone.lookup(DomainName.of("x.a.b.example.com"), RecordType.A));
  }

  @Test
  void failuresStandForANameATypeOrTheRest() {
    var zone =
        ZoneResolver.of(
            Map.of(
                "all.test", "SERVFAIL",
                "one.test", Map.of("TXT", "TIMEOUT", "A", "192.0.2.1"),
                "rest.test", Map.of("A", "192.0.2.1", "*", "TIMEOUT")));
    assertEquals(
        new Answer.Failed<>("SERVFAIL"), zone.lookup(DomainName.of("all.test"), RecordType.A));
    assertEquals(
        new Answer.Failed<>("TIMEOUT"), zone.lookup(DomainName.of("one.test"), RecordType.TXT));
    assertEquals(1, ask(zone, "one.test", RecordType.A).size());
    assertInstanceOf(Answer.NoData.class, zone.lookup(DomainName.of("one.test"), RecordType.MX));
    assertEquals(1, ask(zone, "rest.test", RecordType.A).size());
    assertInstanceOf(Answer.Failed.class, zone.lookup(DomainName.of("rest.test"), RecordType.MX));
  }

  @Test
  void followsAliasesAndTellsWhoHoldsTheRecords() {
    var zone =
        ZoneResolver.of(
            Map.of(
                "a.test", Map.of("CNAME", "b.test"),
                "b.test", Map.of("CNAME", "c.test"),
                "c.test", Map.of("A", "192.0.2.7"),
                "gone.test", Map.of("CNAME", "nowhere.test")));
    var answer =
        assertInstanceOf(Answer.Records.class, zone.lookup(DomainName.of("a.test"), RecordType.A));
    assertEquals(DomainName.of("c.test"), answer.owner());
    assertInstanceOf(Answer.NxDomain.class, zone.lookup(DomainName.of("gone.test"), RecordType.A));
    assertEquals(List.of(DomainName.of("b.test")), ask(zone, "a.test", RecordType.CNAME));
  }

  @Test
  void aliasesInACircleAndEndlessChainsFail() {
    var names = new HashMap<String, Object>();
    names.put("x.test", Map.of("CNAME", "y.test"));
    names.put("y.test", Map.of("CNAME", "x.test"));
    for (int i = 0; i < 40; i++) {
      names.put("n" + i + ".test", Map.of("CNAME", "n" + (i + 1) + ".test"));
    }
    var zone = ZoneResolver.of(names);
    assertInstanceOf(Answer.Failed.class, zone.lookup(DomainName.of("x.test"), RecordType.A));
    assertInstanceOf(Answer.Failed.class, zone.lookup(DomainName.of("n0.test"), RecordType.A));
    assertEquals(2, zone.lookups());
  }

  @Test
  void readsAMasterFile() {
    String text =
        """
        $ORIGIN example.com.
        $TTL 60
        @ IN SOA ns root 1 2 3 4 5
          IN MX 10 mail
          IN TXT "v=spf1 " "mx -all"
        *.wild IN A 192.0.2.9
        mail 30 IN A 192.0.2.1
        """;
    ZoneResolver zone = ZoneResolver.parseMaster(text, DomainName.ROOT).toOptional().orElseThrow();
    assertEquals("v=spf1 mx -all", ask(zone, "example.com", RecordType.TXT).getFirst().text());
    assertEquals(1, ask(zone, "x.y.wild.example.com", RecordType.A).size());
    var answer =
        assertInstanceOf(
            Answer.Records.class, zone.lookup(DomainName.of("mail.example.com"), RecordType.A));
    assertEquals(30, answer.ttl().toSeconds());
  }

  @Test
  void aZoneThatIsWrongIsAValue() {
    assertInstanceOf(
        Parsed.Malformed.class,
        ZoneResolver.parse(Map.of("example.com", Map.of("A", List.of("192.0.2")))));
    assertInstanceOf(
        Parsed.Malformed.class, ZoneResolver.parse(Map.of("a..b", Map.of("A", "192.0.2.1"))));
    assertInstanceOf(Parsed.Malformed.class, ZoneResolver.parse(Map.of("a.test", 7)));
    assertInstanceOf(
        Parsed.Malformed.class, ZoneResolver.parseMaster("$INCLUDE /etc/hosts\n", DomainName.ROOT));
    assertInstanceOf(
        Parsed.Malformed.class, ZoneResolver.parseMaster("x IN A nonsense\n", DomainName.ROOT));
  }

  @Test
  void securedMarksEveryAnswer() {
    var zone = ZoneResolver.of(Map.of("a.test", Map.of("A", "192.0.2.1"))).secured();
    var answer =
        assertInstanceOf(Answer.Records.class, zone.lookup(DomainName.of("a.test"), RecordType.A));
    assertTrue(answer.secure());
    assertEquals(
        new Answer.NxDomain<>(true, java.time.Duration.ofMinutes(5)),
        zone.lookup(DomainName.of("b.test"), RecordType.A));
  }

  @Test
  void namesFromMacrosMayHoldSpaces() {
    var zone = ZoneResolver.of(Map.of("a b.test", Map.of("A", "192.0.2.1")));
    DomainName name = DomainName.parseExpanded("A b.test").toOptional().orElseThrow();
    assertEquals(1, zone.lookup(name, RecordType.A).orEmpty().size());
  }
}
