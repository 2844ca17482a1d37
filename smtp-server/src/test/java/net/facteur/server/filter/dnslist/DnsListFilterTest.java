package net.facteur.server.filter.dnslist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.SampleMessage;
import net.facteur.server.filter.Verdict;
import net.facteur.server.filter.dnslist.DnsListSettings.ListAction;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;

class DnsListFilterTest {
  private static final String TEST_POINT = "2.0.0.127.";
  private static final Map<String, ?> LISTED = Map.of("A", "127.0.0.2");

  private final Map<String, Object> zone = new HashMap<>();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T00:00:00Z"));
  private final List<Notices.Notice> told = new ArrayList<>();
  private final Executor workers = Executors.newVirtualThreadPerTaskExecutor();

  private static DnsListSettings settings(
      List<String> block, List<String> allow, List<String> domains, ListAction action) {
    return new DnsListSettings(
        weighed(block, DnsList.Kind.BLOCKED_ADDRESSES),
        weighed(allow, DnsList.Kind.ALLOWED_ADDRESSES),
        weighed(domains, DnsList.Kind.DOMAINS),
        4,
        action,
        Duration.ofSeconds(20));
  }

  private static List<WeighedList> weighed(List<String> texts, DnsList.Kind kind) {
    return texts.stream().map(text -> WeighedList.parse(text, kind).orElseThrow()).toList();
  }

  private void sound(String... lists) {
    Stream.of(lists).forEach(list -> zone.put(TEST_POINT + list, LISTED));
  }

  private DnsListFilter filter(DnsListSettings settings, Resolver resolver) {
    return new DnsListFilter(
        settings,
        resolver,
        new ListStandings(resolver, now::get),
        _ -> false,
        name -> name.isWithin(DomainName.of("example.org")),
        workers);
  }

  private Verdict judge(DnsListSettings settings, SampleMessage message) {
    return message.judgedBy(filter(settings, ZoneResolver.of(zone)));
  }

  private static final DnsListSettings TWO =
      settings(
          List.of("one.example=127.0.0.[2..3]*3", "two.example*2"),
          List.of("good.example*3"),
          List.of(),
          ListAction.JUNK);

  @Test
  void theWeightsOfTheListsThatHaveTheHostAreAddedUp() {
    sound("one.example", "two.example");
    zone.put("99.2.0.192.one.example", Map.of("A", "127.0.0.3"));
    assertEquals("pass", judge(TWO, SampleMessage.PLAIN).handling().word());
    zone.put("99.2.0.192.two.example", Map.of("A", "127.0.0.9"));
    Verdict verdict = judge(TWO, SampleMessage.PLAIN);
    assertEquals("junk", verdict.handling().word());
    assertTrue(verdict.facts().getFirst().detail().startsWith("sum=5 "), verdict.toString());
  }

  @Test
  void anAllowListTakesItsWeightAway() {
    sound("one.example", "two.example", "good.example");
    zone.put("99.2.0.192.one.example", LISTED);
    zone.put("99.2.0.192.two.example", LISTED);
    zone.put("99.2.0.192.good.example", Map.of("A", "127.0.5.1"));
    assertEquals("pass", judge(TWO, SampleMessage.PLAIN).handling().word());
  }

  @Test
  void aCodeThatIsNotSelectedDoesNotCount() {
    sound("one.example", "two.example");
    zone.put("99.2.0.192.two.example", LISTED);
    zone.put("99.2.0.192.one.example", Map.of("A", "127.0.0.4"));
    assertEquals("pass", judge(TWO, SampleMessage.PLAIN).handling().word());
  }

  @Test
  void whatReachesTheThresholdIsRefusedWhereTheSettingsSaySo() {
    sound("one.example");
    zone.put("99.2.0.192.one.example", LISTED);
    var settings = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.REJECT);
    var refused =
        assertInstanceOf(Handling.Reject.class, judge(settings, SampleMessage.PLAIN).handling());
    assertEquals(550, refused.reply().code());
    assertFalse(refused.reply().text().contains("one.example"), "strangers are told nothing");
    var noted = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.NOTE);
    assertEquals("pass", judge(noted, SampleMessage.PLAIN).handling().word());
    assertEquals(1, judge(noted, SampleMessage.PLAIN).facts().size());
  }

  @Test
  void aListThatListsTheWholeWorldCountsForNothing() {
    zone.put("*.one.example", LISTED);
    var settings = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.REJECT);
    assertEquals(Verdict.PASS, judge(settings, SampleMessage.PLAIN));
  }

  @Test
  void anErrorCodeCountsForNothingAndIsToldOnceADay() {
    sound("one.example");
    zone.put("99.2.0.192.one.example", Map.of("A", "127.255.255.254"));
    var settings = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.REJECT);
    Resolver resolver = ZoneResolver.of(zone);
    var standings = new ListStandings(resolver, now::get);
    var filter = new DnsListFilter(settings, resolver, standings, _ -> false, _ -> false, workers);
    var watch = new DnsListWatch(settings.lists(), standings, told::add, now::get);
    watch.advance();
    assertEquals(List.of(), told, "its test points stand");
    assertEquals(Verdict.PASS, SampleMessage.PLAIN.judgedBy(filter));
    watch.advance();
    watch.advance();
    assertEquals(1, told.size());
    String text = told.getFirst().text().in(Language.ENGLISH);
    assertTrue(text.contains("one.example: answers 127.255.255.254"), text);
    now.set(now.get().plus(Duration.ofHours(25)));
    assertEquals(Verdict.PASS, SampleMessage.PLAIN.judgedBy(filter));
    watch.advance();
    assertEquals(2, told.size());
  }

  @Test
  void aListThatWasTakenOverIsSeenWithinTheHour() {
    sound("one.example");
    zone.put("99.2.0.192.one.example", LISTED);
    var settings = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.JUNK);
    var held = new AtomicReference<Resolver>(ZoneResolver.of(zone));
    Resolver changing =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            return held.get().lookup(name, type);
          }
        };
    DnsListFilter filter = filter(settings, changing);
    assertEquals("junk", SampleMessage.PLAIN.judgedBy(filter).handling().word());
    held.set(ZoneResolver.of(Map.of("*.one.example", LISTED)));
    now.set(now.get().plus(Duration.ofMinutes(59)));
    assertEquals("junk", SampleMessage.PLAIN.judgedBy(filter).handling().word());
    now.set(now.get().plus(Duration.ofMinutes(1)));
    assertEquals("pass", SampleMessage.PLAIN.judgedBy(filter).handling().word());
  }

  @Test
  void aListThatIsDownCountsForNothingAndIsToldAfterAnHour() {
    zone.put("2.0.0.127.one.example", "TIMEOUT");
    zone.put("99.2.0.192.one.example", "TIMEOUT");
    var settings = settings(List.of("one.example*4"), List.of(), List.of(), ListAction.REJECT);
    assertEquals(Verdict.PASS, judge(settings, SampleMessage.PLAIN));
    var standings = new ListStandings(ZoneResolver.of(zone), now::get);
    var watch = new DnsListWatch(settings.lists(), standings, told::add, now::get);
    watch.advance();
    assertEquals(List.of(), told);
    now.set(now.get().plus(Duration.ofMinutes(61)));
    watch.advance();
    assertEquals(1, told.size());
  }

  @Test
  void noMessageWaitsLongerThanTheLimit() {
    var never = new CountDownLatch(1);
    Resolver stuck =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return new Answer.Failed<>("never");
          }
        };
    var quick =
        new DnsListSettings(
            weighed(List.of("one.example*4"), DnsList.Kind.BLOCKED_ADDRESSES),
            List.of(),
            List.of(),
            4,
            ListAction.REJECT,
            Duration.ofMillis(100));
    assertEquals(Verdict.PASS, SampleMessage.PLAIN.judgedBy(filter(quick, stuck)));
    never.countDown();
  }

  @Test
  void domainsOfFromReversePathAndHelloAreAskedForWithWhatStandsAboveThem() {
    zone.put("test.dbl.example", LISTED);
    zone.put("spam.example.dbl.example", Map.of("A", "127.0.1.2"));
    var settings =
        settings(List.of(), List.of(), List.of("dbl.example=127.0.1.[2..99]*4"), ListAction.JUNK);
    assertEquals("pass", judge(settings, SampleMessage.PLAIN).handling().word());
    var author = SampleMessage.PLAIN.author("x@news.mail.spam.example");
    assertEquals("junk", judge(settings, author).handling().word());
    var sender = SampleMessage.PLAIN.sender("x@spam.example").author("carol@client.example");
    assertEquals("junk", judge(settings, sender).handling().word());
    zone.put("99.2.0.192.in-addr.arpa", Map.of("PTR", "host.spam.example."));
    assertEquals("junk", judge(settings, SampleMessage.PLAIN).handling().word());
  }

  @Test
  void aDomainListCountsOnceHoweverManyDomainsItHas() {
    zone.put("test.dbl.example", LISTED);
    zone.put("spam.example.dbl.example", LISTED);
    zone.put("client.example.dbl.example", LISTED);
    var settings = settings(List.of(), List.of(), List.of("dbl.example*3"), ListAction.JUNK);
    assertEquals(
        "pass", judge(settings, SampleMessage.PLAIN.author("x@spam.example")).handling().word());
  }

  @Test
  void ourOwnDomainsAreNeverAskedFor() {
    var resolver = ZoneResolver.of(zone);
    var settings = settings(List.of(), List.of(), List.of("dbl.example*4"), ListAction.JUNK);
    SampleMessage.PLAIN.author("bob@sub.example.org").judgedBy(filter(settings, resolver));
    assertFalse(
        resolver.asked().stream().anyMatch(q -> q.name().text().contains("example.org.dbl")),
        () -> resolver.asked().toString());
  }

  @Test
  void nothingIsAskedAboutUsersAndPrivateAddresses() {
    var resolver = ZoneResolver.of(zone);
    DnsListFilter filter = filter(TWO, resolver);
    assertFalse(filter.concerns(SampleMessage.PLAIN.outbound().made()));
    for (String address : List.of("10.1.2.3", "127.0.0.3", "100.64.1.1", "fd00::1", "fe80::1")) {
      assertEquals(Verdict.PASS, SampleMessage.PLAIN.origin(address).judgedBy(filter));
    }
    assertEquals(0, resolver.lookups());
  }

  @Test
  void theNumberOfLookUpsIsBounded() {
    sound("one.example");
    zone.put("test.dbl.example", LISTED);
    var resolver = ZoneResolver.of(zone);
    var settings =
        settings(List.of("one.example"), List.of(), List.of("dbl.example"), ListAction.JUNK);
    var many = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      many.append("x@a.b.c").append(i).append(".example, ");
    }
    SampleMessage.PLAIN.author(many + "x@y.example").judgedBy(filter(settings, resolver));
    assertTrue(resolver.lookups() <= 4 + 2 + 1 + 1 + 12 + 12, () -> resolver.asked().toString());
  }

  @Test
  void aListIsWrittenAsOthersWriteIt() {
    assertEquals(
        "zen.example=127.0.0.[2..11]*3",
        WeighedList.parse("zen.example=127.0.0.[2..11]*3", DnsList.Kind.DOMAINS)
            .orElseThrow()
            .toString());
    for (String wrong :
        List.of("zen", "zen.example*0", "zen.example*101", "zen.example=10.0.0.1", "=*", "")) {
      assertTrue(WeighedList.parse(wrong, DnsList.Kind.DOMAINS).isEmpty(), wrong);
    }
  }
}
