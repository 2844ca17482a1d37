package net.facteur.server.report.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.queue.MailAddress;
import net.facteur.queue.sql.SharedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DmarcCountsTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-30");
  private static final List<MailAddress> ALICE = List.of(new MailAddress("alice", "example.org"));

  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;
  private final Map<String, Object> zone = new HashMap<>();
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private DmarcCountStore store;
  private DmarcCounts counts;

  @BeforeEach
  void open() {
    open(DmarcCountStore.Limits.DEFAULTS);
    zone("example.com", "v=DMARC1; p=reject; sp=none; rua=mailto:rua@example.com");
  }

  private void open(DmarcCountStore.Limits limits) {
    store = DmarcCountStore.in(directory, limits);
    counts = new DmarcCounts(store, () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void zone(String domain, String record) {
    zone.put("_dmarc." + domain, Map.of("TXT", List.of(record)));
  }

  private Strangers strangers(DmarcLocalPolicy local) {
    return new Strangers(
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            return ZoneResolver.of(zone).lookup(name, type);
          }
        },
        local);
  }

  private AuthenticationReport good() {
    return strangers(DmarcLocalPolicy.neverRejectAlone())
        .message(
            "example.com",
            "192.0.2.1",
            "bob@example.com",
            net.facteur.auth.spf.SpfResult.PASS,
            "example.com s1 pass");
  }

  private AuthenticationReport forged(String source) {
    return strangers(DmarcLocalPolicy.neverRejectAlone())
        .message(
            "example.com",
            source,
            "x@spam.example",
            net.facteur.auth.spf.SpfResult.SOFTFAIL,
            "spam.example k1 pass",
            "example.com s1 fail");
  }

  private List<Entry> rows(PendingReport report) throws IOException {
    var rows = new ArrayList<Entry>();
    store.rows(report, rows::add);
    rows.sort(Comparator.comparingLong(Entry::count).reversed());
    return rows;
  }

  private PendingReport only() throws IOException {
    List<PendingReport> pending = store.on(DAY);
    assertEquals(1, pending.size(), pending.toString());
    return pending.getFirst();
  }

  @Test
  void messagesThatAreAlikeAreOneRowWithAllThatWasFound() throws IOException {
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.message(forged("2001:db8::1"), DmarcPolicy.QUARANTINE, ALICE);
    counts.flush();
    PendingReport report = only();
    assertEquals(4, report.messages());
    assertEquals(3, report.passed());
    assertEquals(
        List.of(
            new Entry(
                "192.0.2.1",
                3,
                new Evaluated("pass", "pass", "pass", List.of()),
                new Identifiers("example.com", "example.com", "example.org"),
                List.of(new DkimResult("example.com", "s1", "pass", "")),
                List.of(new SpfResult("example.com", "mfrom", "pass", ""))),
            new Entry(
                "2001:db8::1",
                1,
                new Evaluated(
                    "quarantine",
                    "fail",
                    "fail",
                    List.of(new PolicyOverride("local_policy", "no rejection on p=reject alone"))),
                new Identifiers("example.com", "spam.example", "example.org"),
                List.of(
                    new DkimResult("spam.example", "k1", "pass", ""),
                    new DkimResult("example.com", "s1", "fail", "")),
                List.of(new SpfResult("spam.example", "mfrom", "softfail", "")))),
        rows(report));
  }

  @Test
  void whatIsPublishedIsToldWithItsDefaults() throws IOException {
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    var policy = only().policy();
    assertEquals("example.com", policy.domain());
    assertEquals("treewalk", policy.discoveryMethod());
    assertEquals("reject", policy.p());
    assertEquals("none", policy.sp());
    assertEquals("none", policy.np());
    assertEquals("r", policy.adkim());
    assertEquals("r", policy.aspf());
    assertEquals("0", policy.fo());
    assertEquals("n", policy.testing());
    assertEquals("mailto:rua@example.com", only().rua());
  }

  @Test
  void aSubdomainWithoutARecordIsCountedWithTheDomainThatHasOne() throws IOException {
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.message(
        strangers(DmarcLocalPolicy.neverRejectAlone())
            .message(
                "news.example.com",
                "192.0.2.1",
                "",
                net.facteur.auth.spf.SpfResult.NONE,
                "example.com s1 pass"),
        DmarcPolicy.NONE,
        List.of(new MailAddress("a", "one.example"), new MailAddress("b", "two.example")));
    counts.flush();
    List<Entry> rows = rows(only());
    assertEquals(2, rows.size());
    Entry news =
        rows.stream()
            .filter(row -> row.identifiers().headerFrom().equals("news.example.com"))
            .findFirst()
            .orElseThrow();
    // sp=none: nothing is done about it, so that nothing was passed, either.
    assertEquals("none", news.evaluated().disposition());
    // A null reverse-path; recipients in several domains.
    assertEquals(new Identifiers("news.example.com", "", ""), news.identifiers());
    assertEquals(List.of(new SpfResult("helo.example", "mfrom", "none", "")), news.spf());
  }

  @Test
  void whatThisHostDoesInsteadHasAReason() throws IOException {
    // reception.dmarc = note
    counts.message(forged("192.0.2.2"), DmarcPolicy.NONE, ALICE);
    counts.flush();
    assertEquals(
        new Evaluated(
            "none",
            "fail",
            "fail",
            List.of(new PolicyOverride("local_policy", "handling of this host"))),
        rows(only()).getFirst().evaluated());
  }

  @Test
  void aTrustedForwarderAndTestModeAreToldAsReasons() throws IOException {
    zone("example.com", "v=DMARC1; p=reject; t=y; rua=mailto:rua@example.com");
    counts.message(forged("192.0.2.2"), DmarcPolicy.QUARANTINE, ALICE);
    counts.message(
        strangers(
                DmarcLocalPolicy.neverRejectAlone().trusting(Set.of(DomainName.of("example.com"))))
            .message(
                "example.com",
                "192.0.2.3",
                "list@lists.example",
                net.facteur.auth.spf.SpfResult.PASS),
        DmarcPolicy.NONE,
        ALICE);
    counts.flush();
    List<Entry> rows = rows(only());
    assertEquals(
        List.of("policy_test_mode"),
        rows.getFirst().evaluated().reasons().stream().map(PolicyOverride::type).toList());
    assertEquals(
        List.of("trusted_forwarder"),
        rows.getLast().evaluated().reasons().stream().map(PolicyOverride::type).toList());
    assertEquals("y", only().policy().testing());
  }

  @Test
  void aDomainThatAsksForNoReportsIsNotCounted() throws IOException {
    zone("example.com", "v=DMARC1; p=reject");
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    zone.clear();
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    assertEquals(List.of(), store.on(DAY));
  }

  @Test
  void anotherPolicyOnTheSameDayIsAReportOfItsOwnAndOtherAddressesAreNot() throws IOException {
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    zone("example.com", "v=DMARC1; p=reject; sp=none; rua=mailto:new@example.com");
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    assertEquals("mailto:new@example.com", only().rua());
    assertEquals(2, only().messages());
    zone("example.com", "v=DMARC1; p=none; rua=mailto:new@example.com");
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    assertEquals(
        List.of("reject", "none"), store.on(DAY).stream().map(r -> r.policy().p()).toList());
    assertEquals("none", rows(store.on(DAY).getLast()).getFirst().evaluated().disposition());
  }

  @Test
  void moreKindsThanTheLimitsAreCountedAsLeftOut() throws IOException {
    store.close();
    open(new DmarcCountStore.Limits(2, 3, 2, 5, 10_000));
    for (int i = 1; i <= 5; i++) {
      counts.message(forged("192.0.2." + i), DmarcPolicy.QUARANTINE, ALICE);
    }
    counts.flush();
    // What has a row is counted whatever the limits.
    counts.message(forged("192.0.2.1"), DmarcPolicy.QUARANTINE, ALICE);
    counts.flush();
    assertEquals(6, only().messages());
    assertEquals(2, only().leftOut());
    assertEquals(List.of(2L, 1L, 1L), rows(only()).stream().map(Entry::count).toList());

    zone("b.example", "v=DMARC1; p=none; rua=mailto:rua@b.example");
    zone("c.example", "v=DMARC1; p=none; rua=mailto:rua@c.example");
    for (String domain : List.of("b.example", "c.example")) {
      counts.message(
          strangers(DmarcLocalPolicy.asPublished())
              .message(domain, "192.0.2.1", "", net.facteur.auth.spf.SpfResult.NONE),
          DmarcPolicy.NONE,
          ALICE);
    }
    counts.flush();
    assertEquals(
        List.of("example.com", "b.example"),
        store.on(DAY).stream().map(PendingReport::domain).toList());
  }

  @Test
  void whatIsReportedIsForgotten() throws IOException {
    counts.message(good(), DmarcPolicy.NONE, ALICE);
    counts.flush();
    PendingReport report = only();
    store.forget(List.of(report));
    assertEquals(List.of(), store.on(DAY));
    assertEquals(List.of(), rows(report));
  }

  @Test
  void severalServersAddUpInOneDatabaseAndOnlyOneSends() throws IOException {
    try (DmarcCountStore one =
        DmarcCountStore.shared(
            POSTGRES.database(Duration.ofHours(1)), DmarcCountStore.Limits.DEFAULTS)) {
      store.close();
      store = one;
      counts = new DmarcCounts(one, () -> now);
      var other = new DmarcCounts(one, () -> now);
      counts.message(good(), DmarcPolicy.NONE, ALICE);
      other.message(good(), DmarcPolicy.NONE, ALICE);
      other.message(forged("2001:db8::1"), DmarcPolicy.QUARANTINE, ALICE);
      counts.flush();
      other.flush();
      assertEquals(List.of(2L, 1L), rows(only()).stream().map(Entry::count).toList());
      List<PendingReport> all = List.of(only());
      assertEquals(all, one.claim(all, now, now.plusSeconds(60)));
      assertEquals(List.of(), one.claim(all, now.plusSeconds(59), now.plusSeconds(120)));
      // Whoever took it for himself was killed.
      assertEquals(all, one.claim(all, now.plusSeconds(60), now.plusSeconds(120)));
      store.forget(List.of(only()));
      assertEquals(List.of(), store.on(DAY));
    }
  }
}
