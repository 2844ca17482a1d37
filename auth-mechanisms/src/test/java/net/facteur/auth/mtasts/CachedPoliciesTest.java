package net.facteur.auth.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.mtasts.MtaStsLookup.Cause;
import net.facteur.auth.mtasts.MtaStsLookup.None;
import net.facteur.auth.mtasts.MtaStsLookup.Policy;
import net.facteur.auth.mtasts.MtaStsLookup.Unusable;
import net.facteur.auth.mtasts.MtaStsPolicyText.Mode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedPoliciesTest {
  private static final DomainName DOMAIN = DomainName.of("example.com");
  private static final Unusable DOWN = new Unusable(Cause.FETCH, "down");

  @TempDir private Path directory;
  private final Map<String, Object> zone = new HashMap<>();
  private final List<DomainName> fetched = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private PolicyFetch served = policy(Mode.ENFORCE, Duration.ofDays(7));
  private CachedPolicies policies;

  private static PolicyFetch policy(Mode mode, Duration age) {
    var mx = MxPattern.parse("mx.example.com").toOptional().orElseThrow();
    return new PolicyFetch.Fetched(new MtaStsPolicyText(mode, List.of(mx), age));
  }

  @BeforeEach
  void begin() throws IOException {
    publish("1");
    policies = open(PolicyStore.Limits.DEFAULTS, Runnable::run);
  }

  private CachedPolicies open(PolicyStore.Limits limits, Executor workers) throws IOException {
    Resolver resolver =
        new Resolver() {
          @Override
          public <T> net.facteur.auth.dns.Answer<T> lookup(
              DomainName name, net.facteur.auth.dns.RecordType<T> type) {
            return ZoneResolver.of(zone).lookup(name, type);
          }
        };
    return new CachedPolicies(
        resolver,
        domain -> {
          fetched.add(domain);
          return served;
        },
        new PolicyStore(directory, limits, now),
        workers,
        () -> now);
  }

  private void publish(String id) {
    zone.put("_mta-sts.example.com", Map.of("TXT", List.of("v=STSv1; id=" + id + ";")));
  }

  private void fail() {
    served = new PolicyFetch.Failed(DOWN);
  }

  private MtaStsLookup ask() {
    return policies.policyFor(DOMAIN).toCompletableFuture().join();
  }

  private Mode mode() {
    return assertInstanceOf(Policy.class, ask()).policy().mode();
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  @Test
  void policyIsFetchedOnceForItsId() {
    assertEquals(Mode.ENFORCE, mode());
    assertEquals(Mode.ENFORCE, mode());
    assertEquals(List.of(DOMAIN), fetched);
  }

  @Test
  void withoutRecordNothingIsFetched() {
    zone.clear();
    assertInstanceOf(None.class, ask());
    zone.put("_mta-sts.example.com", Map.of("TXT", List.of("v=STSv1; id=not-an-id")));
    assertInstanceOf(None.class, ask());
    zone.put("_mta-sts.example.com", "SERVFAIL");
    assertInstanceOf(None.class, ask());
    assertEquals(List.of(), fetched);
  }

  @Test
  void newIdBringsTheNewPolicyAtOnce() {
    assertEquals(Mode.ENFORCE, mode());
    served = policy(Mode.TESTING, Duration.ofDays(7));
    publish("2");
    assertEquals(Mode.TESTING, mode());
  }

  @Test
  void failureKeepsTheCachedPolicyAndTellsWhy() {
    assertEquals(Mode.ENFORCE, mode());
    fail();
    publish("2");
    var lookup = assertInstanceOf(Policy.class, ask());
    assertEquals(Mode.ENFORCE, lookup.policy().mode());
    assertEquals(DOWN, lookup.refresh().orElseThrow());
  }

  @Test
  void cachedPolicyHoldsWithoutDnsUntilItsAgeHasPassed() {
    assertEquals(Mode.ENFORCE, mode());
    zone.clear();
    later(Duration.ofDays(7));
    assertEquals(Mode.ENFORCE, mode());
    zone.put("_mta-sts.example.com", "SERVFAIL");
    assertEquals(Mode.ENFORCE, mode());
    later(Duration.ofSeconds(1));
    assertInstanceOf(None.class, ask());
  }

  @Test
  void cachedPolicyHoldsOverARestart() throws IOException {
    assertEquals(Mode.ENFORCE, mode());
    fail();
    zone.clear();
    policies = open(PolicyStore.Limits.DEFAULTS, Runnable::run);
    assertEquals(Mode.ENFORCE, mode());
    later(Duration.ofDays(8));
    policies = open(PolicyStore.Limits.DEFAULTS, Runnable::run);
    assertInstanceOf(None.class, ask());
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void damagedFilesAreRemoved() throws IOException {
    assertEquals(Mode.ENFORCE, mode());
    Path file = directory.resolve("example.com.policy");
    String text = Files.readString(file);
    Files.writeString(directory.resolve("example.net.policy"), text); // another domain's
    Files.writeString(file, text.substring(0, text.length() / 2));
    zone.clear();
    policies = open(PolicyStore.Limits.DEFAULTS, Runnable::run);
    assertInstanceOf(None.class, ask());
    assertFalse(Files.exists(file));
    assertFalse(Files.exists(directory.resolve("example.net.policy")));
  }

  @Test
  void failedFetchIsNotRepeatedForFiveMinutesUnlessTheIdChanges() {
    fail();
    assertEquals(DOWN, ask());
    assertEquals(DOWN, ask());
    assertEquals(1, fetched.size());
    publish("2");
    assertEquals(DOWN, ask());
    assertEquals(2, fetched.size());
    later(Duration.ofMinutes(5));
    served = policy(Mode.ENFORCE, Duration.ofDays(7));
    assertEquals(Mode.ENFORCE, mode());
  }

  @Test
  void modeNoneIsKeptAndMeansNoPolicy() {
    served = policy(Mode.NONE, Duration.ofDays(7));
    assertInstanceOf(None.class, ask());
    assertInstanceOf(None.class, ask());
    assertEquals(1, fetched.size());
  }

  @Test
  void refreshFetchesDayOldPoliciesAndExtendsTheirLife() {
    assertEquals(Mode.ENFORCE, mode());
    policies.refresh();
    assertEquals(1, fetched.size());
    later(Duration.ofDays(6));
    policies.refresh();
    assertEquals(2, fetched.size());
    zone.clear();
    later(Duration.ofDays(6));
    assertEquals(Mode.ENFORCE, mode());
  }

  @Test
  void refreshLeavesPoliciesAloneThatNobodyUses() {
    served = policy(Mode.ENFORCE, Duration.ofDays(300));
    assertEquals(Mode.ENFORCE, mode());
    later(Duration.ofDays(61));
    policies.refresh();
    assertEquals(1, fetched.size());
  }

  @Test
  void whenTooManyAreKeptTheFirstToExpireGoes() throws IOException {
    policies = open(new PolicyStore.Limits(2, 1 << 20), Runnable::run);
    for (int i = 3; i > 0; i--) {
      served = policy(Mode.ENFORCE, Duration.ofDays(i));
      zone.put("_mta-sts.d" + i + ".example", Map.of("TXT", List.of("v=STSv1; id=1")));
      policies.policyFor(DomainName.of("d" + i + ".example")).toCompletableFuture().join();
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("d2.example.policy", "d3.example.policy"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void namesThatAreNoHostNamesAreNotAskedFor() {
    for (String name :
        List.of("../x", "a_b.example", "x".repeat(60) + ("." + "y".repeat(60)).repeat(3))) {
      var domain = DomainName.of(name.replace("..", "a"));
      assertInstanceOf(None.class, policies.policyFor(domain).toCompletableFuture().join());
    }
    assertEquals(List.of(), fetched);
  }

  @Test
  void oneFetchServesAllWhoWait() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    policies =
        open(
            PolicyStore.Limits.DEFAULTS,
            task ->
                Thread.ofVirtual()
                    .start(
                        () -> {
                          entered.countDown();
                          try {
                            assertTrue(go.await(60, TimeUnit.SECONDS));
                          } catch (InterruptedException e) {
                            return;
                          }
                          task.run();
                        }));
    CompletableFuture<MtaStsLookup> first = policies.policyFor(DOMAIN).toCompletableFuture();
    assertTrue(entered.await(60, TimeUnit.SECONDS));
    CompletableFuture<MtaStsLookup> second = policies.policyFor(DOMAIN).toCompletableFuture();
    go.countDown();
    assertEquals(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS));
    assertEquals(1, fetched.size());
  }
}
