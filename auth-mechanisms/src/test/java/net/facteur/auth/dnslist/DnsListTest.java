package net.facteur.auth.dnslist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsListTest {
  private static final DomainName ZONE = DomainName.of("bl.example");
  private static final DnsList BLOCK = new DnsList(ZONE, DnsList.Kind.BLOCKED_ADDRESSES);
  private static final DnsList ALLOW = new DnsList(ZONE, DnsList.Kind.ALLOWED_ADDRESSES);
  private static final DnsList NAMES = new DnsList(ZONE, DnsList.Kind.DOMAINS);

  /// RFC 5782, 2.1, 2.4 and 3.1
  @Test
  void askedIsForTheReversedAddressOrTheDomainItself() {
    assertEquals("99.2.0.192.bl.example", question(BLOCK, address("192.0.2.99")));
    assertEquals(
        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.example",
        question(BLOCK, address("2001:db8:1:2:3:4:567:89ab")));
    assertEquals(
        "spam.example.bl.example",
        question(NAMES, new DnsList.Subject.Domain(DomainName.of("Spam.Example"))));
    assertEquals("5.2.0.192.bl.example", question(BLOCK, address("::ffff:192.0.2.5")));
  }

  @Test
  void aNameThatWouldBeTooLongIsOnNoList() {
    var longest = DomainName.of("a.".repeat(121) + "example");
    assertInstanceOf(
        ListAnswer.NotListed.class,
        NAMES.ask(ZoneResolver.of(Map.of()), new DnsList.Subject.Domain(longest)));
  }

  @Test
  void everyCodeWithin127IsAnEntryAndNothingElseIs() {
    assertEquals("127.0.0.2,127.0.0.10", ask(BLOCK, List.of("127.0.0.2", "127.0.0.10")).text());
    assertEquals(
        ListAnswer.Unusable.Why.OUTSIDE,
        assertInstanceOf(ListAnswer.Unusable.class, ask(BLOCK, List.of("127.0.0.2", "203.0.113.7")))
            .why());
    assertInstanceOf(
        ListAnswer.NotListed.class, BLOCK.ask(ZoneResolver.of(Map.of()), address("192.0.2.99")));
    assertInstanceOf(
        ListAnswer.Unanswered.class,
        BLOCK.ask(
            ZoneResolver.of(Map.of("99.2.0.192.bl.example", "SERVFAIL")), address("192.0.2.99")));
  }

  @ParameterizedTest
  @CsvSource({
    "127.255.255.252,true,true,true",
    "127.255.255.254,true,true,true",
    "127.255.255.255,true,true,true",
    "127.0.0.1,true,true,true",
    "127.0.0.255,false,true,false",
    "127.0.1.255,false,false,true",
    "127.0.0.2,false,false,false"
  })
  void errorCodesOfPublicListsAreNoEntries(
      String code, boolean block, boolean allow, boolean names) {
    assertEquals(block, ask(BLOCK, List.of(code)) instanceof ListAnswer.Unusable);
    assertEquals(allow, ask(ALLOW, List.of(code)) instanceof ListAnswer.Unusable);
    ListAnswer answer =
        NAMES.ask(
            ZoneResolver.of(Map.of("spam.example.bl.example", Map.of("A", code))),
            new DnsList.Subject.Domain(DomainName.of("spam.example")));
    assertEquals(names, answer instanceof ListAnswer.Unusable);
  }

  @Test
  void aListIsSoundWhileItsTestPointsStand() {
    assertEquals(
        new ListStanding.Sound(false),
        standing(BLOCK, Map.of("2.0.0.127.bl.example", Map.of("A", "127.0.0.2"))));
    var six = "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example";
    var sound =
        standing(
            BLOCK,
            Map.of(
                "2.0.0.127.bl.example", Map.of("A", "127.0.0.2"), six, Map.of("A", "127.0.0.2")));
    assertEquals(new ListStanding.Sound(true), sound);
    assertTrue(sound.counts(address("2001:db8::1")));
    assertFalse(new ListStanding.Sound(false).counts(address("2001:db8::1")));
    assertEquals(
        new ListStanding.Sound(false),
        standing(NAMES, Map.of("test.bl.example", Map.of("A", "127.0.1.2"))));
  }

  @Test
  void aListThatIsClosedTakenOverOrDownDoesNotCount() {
    assertEquals(new ListStanding.ListsNothing(), standing(BLOCK, Map.of()));
    assertEquals(
        new ListStanding.ListsEverything(),
        standing(BLOCK, Map.of("*.bl.example", Map.of("A", "127.0.0.2"))));
    assertInstanceOf(
        ListStanding.Useless.class,
        standing(BLOCK, Map.of("*.bl.example", Map.of("A", "203.0.113.9"))));
    assertInstanceOf(
        ListStanding.Useless.class,
        standing(BLOCK, Map.of("2.0.0.127.bl.example", Map.of("A", "127.255.255.254"))));
    assertInstanceOf(
        ListStanding.Silent.class, standing(BLOCK, Map.of("2.0.0.127.bl.example", "TIMEOUT")));
    assertEquals(
        new ListStanding.ListsEverything(),
        standing(
            NAMES,
            Map.of(
                "test.bl.example", Map.of("A", "127.0.0.2"),
                "invalid.bl.example", Map.of("A", "127.0.0.2"))));
  }

  @Test
  void aListSaysWhyInItsOwnWords() {
    var resolver =
        ZoneResolver.of(
            Map.of("99.2.0.192.bl.example", Map.of("A", "127.0.0.2", "TXT", "see our page")));
    assertEquals(List.of("see our page"), BLOCK.texts(resolver, address("192.0.2.99")));
    assertEquals(List.of(), BLOCK.texts(resolver, address("192.0.2.98")));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.2,127.0.0.2,true",
    "127.0.0.2,127.0.0.3,false",
    "127.0.0.[2..11],127.0.0.11,true",
    "127.0.0.[2..11],127.0.0.12,false",
    "127.0.[0..255].[1;3..4],127.0.9.3,true",
    "127.0.[0..255].[1;3..4],127.0.9.2,false"
  })
  void aSelectionSaysWhichCodesCount(String selection, String code, boolean counts) {
    CodeSelection read = CodeSelection.parse(selection).toOptional().orElseThrow();
    assertEquals(counts, read.contains(ip(code)));
    assertEquals(selection, read.toString());
    assertFalse(read.contains(ip("::1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127",
        "127.0.0",
        "127.0.0.256",
        "127.0.0.[2..1]",
        "127.0.0.[2",
        "127.0.0.[]",
        "127.0.0.2.3",
        "126.0.0.1",
        "[127..128].0.0.1",
        "127.0.0.2..3",
        "127.0.0.x"
      })
  void whatIsNoSelectionIsTold(String text) {
    var malformed = assertInstanceOf(Parsed.Malformed.class, CodeSelection.parse(text));
    assertTrue(malformed.offset() >= 0 && malformed.offset() <= text.length());
  }

  private static ListStanding standing(DnsList list, Map<String, ?> zone) {
    return ListStanding.test(ZoneResolver.of(zone), list);
  }

  private static ListAnswer ask(DnsList list, List<String> codes) {
    return list.ask(
        ZoneResolver.of(Map.of("99.2.0.192.bl.example", Map.of("A", codes))),
        address("192.0.2.99"));
  }

  private static String question(DnsList list, DnsList.Subject subject) {
    return list.question(subject).orElseThrow().text();
  }

  private static DnsList.Subject.Address address(String text) {
    return DnsList.Subject.Address.of(ip(text));
  }

  private static InetAddress ip(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }
}
