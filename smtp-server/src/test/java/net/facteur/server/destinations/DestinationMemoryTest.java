package net.facteur.server.destinations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.sim.Mail;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.Journey;
import net.facteur.server.delivery.Way;
import net.facteur.server.delivery.Ways;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.providers.Provider;
import net.facteur.server.routing.NextHop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationMemoryTest {
  private static final Instant START = Instant.parse("2026-12-01T10:30:00Z");
  private static final RemoteHost GMAIL =
      new RemoteHost("gmail-smtp-in.l.google.com", "192.0.2.1:25", "TLSv1.3 AES, wanted nothing");

  private static final MessageContent NO_CONTENT =
      new MessageContent() {
        @Override
        public byte[] header() {
          return new byte[0];
        }

        @Override
        public long bodySize() {
          return 0;
        }

        @Override
        public InputStream openBody() {
          return InputStream.nullInputStream();
        }
      };

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Random random = new Random(1);

  @TempDir Path directory = Path.of("");

  private DestinationMemory memory(DestinationStore store, String node) {
    return new DestinationMemory(store, node, Duration.ofDays(30), now::get);
  }

  private DeliveryAttempt attempt(String domain, int recipients) {
    var destination = new Destination("mx:" + domain);
    return new DeliveryAttempt(
        Mail.id(now.get(), random),
        new ReversePath.Of(new MailAddress("alice", "example.org")),
        destination,
        IntStream.range(0, recipients)
            .mapToObj(i -> Recipient.of(new MailAddress("bob" + i, domain), destination))
            .toList(),
        NO_CONTENT,
        MessageTraits.PLAIN,
        1,
        now.get().minusSeconds(20),
        false);
  }

  private static Map<Recipient, DeliveryOutcome> all(
      DeliveryAttempt attempt, DeliveryOutcome outcome) {
    Map<Recipient, DeliveryOutcome> outcomes = new HashMap<>();
    attempt.recipients().forEach(recipient -> outcomes.put(recipient, outcome));
    return outcomes;
  }

  private static DeliveryOutcome taken(RemoteHost host) {
    return new DeliveryOutcome.Delivered(
        EnhancedStatusCode.of(2, 0, 0), "250 2.0.0 OK", Optional.of(host), true, false);
  }

  private static DeliveryOutcome putOff(RemoteHost host, String reply) {
    return new DeliveryOutcome.Deferred(
        EnhancedStatusCode.of(4, 7, 28), reply, Optional.of(host), false, Optional.empty());
  }

  private static DeliveryOutcome refused(RemoteHost host, String reply) {
    return new DeliveryOutcome.Failed(EnhancedStatusCode.of(5, 7, 1), reply, Optional.of(host));
  }

  @Test
  void whatIsCountedOutlivesARestart() throws IOException {
    var google = new Provider("google", "Google");
    try (var store = DestinationStore.in(directory)) {
      DestinationMemory memory = memory(store, "one");
      DeliveryAttempt first = attempt("gmail.com", 3);
      memory.count(google, first, all(first, taken(GMAIL)));
      DeliveryAttempt second = attempt("gmail.com", 2);
      memory.count(google, second, all(second, putOff(GMAIL, "421 4.7.28 unusual rate of mail")));
      memory.exchange();
      now.set(START.plus(Duration.ofHours(1)));
      DeliveryAttempt third = attempt("gmail.com", 1);
      memory.count(google, third, all(third, refused(GMAIL, "550 5.7.1 no")));
      memory.exchange();
    }
    try (var store = DestinationStore.in(directory)) {
      List<DestinationMemory.Summary> all = memory(store, "two").since(START);
      assertEquals(1, all.size());
      Numbers numbers = all.getFirst().numbers();
      assertEquals("Google (Gmail, Workspace)", all.getFirst().provider().title());
      assertEquals(3, numbers.attempts());
      assertEquals(3, numbers.delivered());
      assertEquals(2, numbers.deferred());
      assertEquals(1, numbers.refused());
      assertEquals(Map.of("TLSv1.3", 3L), numbers.tls());
      assertEquals(Optional.of(Duration.ofSeconds(30)), numbers.arrivedWithin(0.5));
      assertEquals(2, store.hours("google", START).size());
      assertEquals(
          1,
          memory(store, "two")
              .since(START.plus(Duration.ofHours(1)))
              .getFirst()
              .numbers()
              .refused());
    }
  }

  @Test
  void refusalsOfAKindAreOneAndTheirNumberIsBounded() throws IOException {
    var google = new Provider("google", "Google");
    try (var store = DestinationStore.in(directory)) {
      DestinationMemory memory = memory(store, "one");
      for (int i = 0; i < 5; i++) {
        DeliveryAttempt each = attempt("gmail.com", 1);
        memory.count(
            google,
            each,
            all(each, refused(GMAIL, "550 5.7.1 [192.0.2." + i + "] no <bob" + i + "@x> id" + i)));
        memory.exchange();
      }
      assertEquals(1, store.refused("google", START).size());
      assertEquals(5, store.refused("google", START).getFirst().times());
      for (int i = 0; i < 60; i++) {
        now.set(now.get().plusSeconds(1));
        DeliveryAttempt each = attempt("gmail.com", 1);
        String word = "word" + (char) ('a' + i % 26) + (char) ('a' + i / 26);
        memory.count(google, each, all(each, refused(GMAIL, "550 5.7.1 " + word)));
        memory.exchange();
      }
      assertEquals(DestinationStore.MOST_REFUSED, store.refused("google", START).size());
    }
  }

  @Test
  void twoServersThatShareTheDatabaseAddUp() throws IOException {
    var google = new Provider("google", "Google");
    try (var store = DestinationStore.in(directory)) {
      DestinationMemory one = memory(store, "one");
      DestinationMemory two = memory(store, "two");
      for (DestinationMemory each : List.of(one, two, one)) {
        DeliveryAttempt attempt = attempt("gmail.com", 1);
        each.count(google, attempt, all(attempt, taken(GMAIL)));
        each.exchange();
      }
      assertEquals(3, two.since(START).getFirst().numbers().delivered());
    }
  }

  @Test
  void whatIsOldIsForgotten() throws IOException {
    try (var store = DestinationStore.in(directory)) {
      DestinationMemory memory = memory(store, "one");
      DeliveryAttempt first = attempt("gmail.com", 1);
      memory.count(new Provider("google", "G"), first, all(first, refused(GMAIL, "550 no")));
      memory.exchange();
      now.set(START.plus(Duration.ofDays(32)));
      memory.exchange();
      assertEquals(List.of(), memory.since(Instant.EPOCH));
      assertEquals(List.of(), store.refused("google", Instant.EPOCH));
    }
  }

  @Test
  void tooManyProvidersCountTogether() throws IOException {
    try (var store = DestinationStore.in(directory)) {
      DestinationMemory memory = memory(store, "one");
      for (int i = 0; i < 700; i++) {
        DeliveryAttempt each = attempt("d" + i + ".example", 1);
        memory.count(
            new Provider("d" + i + ".example", ""), each, all(each, refused(GMAIL, "550 no")));
      }
      memory.exchange();
      List<DestinationMemory.Summary> all = memory.since(START);
      assertEquals(501, all.size());
      assertEquals("other", all.getFirst().provider().name());
      assertEquals(200, all.getFirst().numbers().attempts());
    }
  }

  @Test
  void aProviderIsKnownByTheHostThatWasMetAndSlowedWhenItAsksForLess() throws IOException {
    try (var counts = SqlCountStore.in(directory, now::get);
        var destinations = destinations(counts)) {
      var host = new RemoteHost("verein.mail.protection.outlook.com", "192.0.2.9:25", "none");
      DeliveryAttempt attempt = attempt("verein.example", 1);
      assertEquals(Optional.empty(), destinations.pace().group(attempt.destination()));
      destinations.ended(
          Way.AS_QUEUED,
          attempt,
          now.get(),
          all(attempt, putOff(host, "451 4.7.650 has been temporarily rate limited")),
          Explanations.shipped());
      assertEquals(Optional.of("microsoft"), destinations.pace().group(attempt.destination()));
      assertEquals("microsoft", destinations.slowed().getFirst().provider());
      destinations.exchange();
      assertEquals("microsoft", Destinations.slowed(counts).getFirst().provider());
      try (var later = destinations(counts)) {
        later.exchange();
        assertEquals(destinations.slowed(), later.slowed(), "a restart is no way round");
      }
    }
  }

  @Test
  void aRefusalCountsThoughASecondWayBringsTheMailThere() throws IOException {
    var exchanger = new RemoteHost("verein.mail.protection.outlook.com", "192.0.2.9:25", "none");
    var relay = new RemoteHost("smtp.relay.example", "192.0.2.7:587", "none");
    Way second =
        new Way.Host(
            "second",
            new NextHop.Relay("smtp.relay.example", 587),
            new DeliverySettings.RelayHost(
                DeliverySettings.RelayTls.VERIFIED, Optional.empty(), false, "routes.tls"),
            List.of());
    try (var counts = SqlCountStore.in(directory, now::get);
        var destinations = destinations(counts)) {
      DeliveryAttempt attempt = attempt("verein.example", 2);
      Journey.Carrier carrier =
          (way, part) ->
              all(
                  part,
                  way.equals(second)
                      ? taken(relay)
                      : refused(exchanger, "550 5.7.1 blocked by our block list (S3140)"));
      Map<Recipient, DeliveryOutcome> outcomes =
          new Journey(destinations.counting(Explanations.shipped()).apply(carrier))
              .make(attempt, new Detour(second));
      assertTrue(
          outcomes.values().stream().allMatch(DeliveryOutcome.Delivered.class::isInstance),
          outcomes.toString());
      List<DestinationMemory.Summary> all = destinations.memory().since(START);
      assertEquals(
          List.of("microsoft 0 2", "smtp.relay.example 2 0"),
          all.stream()
              .map(
                  each ->
                      each.provider().name()
                          + " "
                          + each.numbers().delivered()
                          + " "
                          + each.numbers().refused())
              .toList());
      // Its mail keeps the pace of the host that takes it, and is still known to be Microsoft's.
      assertEquals(
          Optional.of("smtp.relay.example"), destinations.pace().group(attempt.destination()));
      assertEquals(
          Optional.of("microsoft"),
          destinations.domains().of("verein.example").map(Provider::name));
    }
  }

  /// The mail exchangers, then another way for all.
  private record Detour(Way second) implements Ways.Trip {
    @Override
    public Way way() {
      return Way.AS_QUEUED;
    }

    @Override
    public Optional<Ways.Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
      return outcomes.values().stream().anyMatch(DeliveryOutcome.Delivered.class::isInstance)
          ? Optional.empty()
          : Optional.of(new Ways.Onward(second, outcomes.keySet()));
    }
  }

  @Test
  void greylistingAndUnknownUsersSlowNobody() {
    try (var counts = SqlCountStore.in(directory, now::get);
        var destinations = destinations(counts)) {
      for (String reply : List.of("450 4.2.0 Greylisted", "550 5.1.1 user unknown")) {
        DeliveryAttempt attempt = attempt("gmail.com", 1);
        destinations.ended(
            Way.AS_QUEUED,
            attempt,
            now.get(),
            all(attempt, putOff(GMAIL, reply)),
            Explanations.shipped());
      }
      assertEquals(List.of(), destinations.slowed());
    }
  }

  @Test
  void mailForHereIsNotCounted() throws IOException {
    try (var counts = SqlCountStore.in(directory, now::get);
        var destinations = destinations(counts)) {
      DeliveryAttempt attempt = attempt("example.org", 1);
      var here =
          new DeliveryAttempt(
              attempt.id(),
              attempt.reversePath(),
              new Destination("maildir:alice@example.org"),
              attempt.recipients(),
              attempt.content(),
              attempt.traits(),
              1,
              attempt.received(),
              false);
      destinations.ended(
          Way.AS_QUEUED, here, now.get(), all(here, taken(GMAIL)), Explanations.shipped());
      assertTrue(destinations.memory().since(Instant.EPOCH).isEmpty());
    }
  }

  private Destinations destinations(SqlCountStore counts) {
    return new Destinations(
        new DestinationsSettings(Duration.ofDays(30), 50, Optional.empty()),
        DestinationStore.in(directory),
        counts,
        "node",
        now::get);
  }

  @Test
  void numbersAreReadAsTheyWereWritten() {
    Numbers numbers = Numbers.parse("a=7 d=3 f=2 r=1 h=0,1,2 t=TLSv1.3:5,none:2 z=9 junk");
    assertEquals(numbers, Numbers.parse(numbers.text()));
    assertEquals(Numbers.NONE, Numbers.parse(Numbers.NONE.text()));
    assertEquals(Numbers.NONE, Numbers.parse("a=x h=,, t=: \u0000"));
    assertEquals(14, numbers.plus(numbers).attempts());
    assertEquals(Optional.empty(), Numbers.NONE.arrivedWithin(0.95));
  }

  /// What counting adds to an attempt, its writing included: a part of a message's processor time.
  @Test
  @Tag("long")
  void countingAnAttemptIsMeasured() throws IOException {
    int rounds = 9;
    int attempts = 20_000;
    try (var counts = SqlCountStore.in(directory, now::get);
        var destinations = destinations(counts)) {
      Journey.Carrier counting =
          destinations
              .counting(Explanations.shipped())
              .apply((_, attempt) -> all(attempt, taken(GMAIL)));
      Journey.Carrier plain = (_, attempt) -> all(attempt, taken(GMAIL));
      List<DeliveryAttempt> all =
          IntStream.range(0, attempts)
              .mapToObj(i -> attempt("d" + i % 300 + ".example", 1))
              .toList();
      var threads = ManagementFactory.getThreadMXBean();
      var more = new ArrayList<Double>();
      for (int i = 0; i < rounds; i++) {
        long began = threads.getCurrentThreadCpuTime();
        all.forEach(attempt -> plain.carry(Way.AS_QUEUED, attempt));
        long without = threads.getCurrentThreadCpuTime();
        all.forEach(attempt -> counting.carry(Way.AS_QUEUED, attempt));
        destinations.exchange();
        long with = threads.getCurrentThreadCpuTime();
        more.add(((with - without) - (without - began)) / 1_000.0 / attempts);
      }
      Collections.sort(more);
      System.out.printf("counting an attempt: %.2f µs%n", more.get(rounds / 2));
      assertEquals(
          (long) rounds * attempts,
          destinations.memory().since(Instant.EPOCH).stream()
              .mapToLong(each -> each.numbers().delivered())
              .sum());
    }
  }
}
