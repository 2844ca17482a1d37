package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.server.delivery.RecipientProbe.Said;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RelayDomain;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;

class RelayedRecipientsTest {
  private static final Said NO =
      new Said.No(EnhancedStatusCode.of(5, 1, 1), "550 5.1.1 unknown here");

  private final Map<String, Said> primary = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-22T04:13:00Z");

  private final RelayedRecipients relayed =
      new RelayedRecipients(router(), this::ask, () -> now, Runnable::run);

  private static Router router() {
    RoutingSettings plain = RoutingSettings.of(DomainName.of("example.org"));
    return new Router(
        new RoutingSettings(
            plain.domains(),
            plain.literals(),
            plain.separators(),
            plain.aliases(),
            plain.forwards(),
            plain.catchAll(),
            plain.postmaster(),
            plain.lmtp(),
            Map.of(
                DomainName.of("asked.example"),
                new RelayDomain(Optional.empty(), new RelayDomain.Recipients.Asked()),
                DomainName.of("inner.example"),
                new RelayDomain(
                    Optional.of(new NextHop.Relay("10.0.0.2", 25)),
                    new RelayDomain.Recipients.Asked()),
                DomainName.of("listed.example"),
                new RelayDomain(
                    Optional.empty(), new RelayDomain.Recipients.Listed(Set.of("alice"))),
                DomainName.of("open.example"),
                new RelayDomain(Optional.empty(), new RelayDomain.Recipients.Any())),
            plain.smarthost()),
        (localPart, _) -> localPart.equals("bob"),
        ReversePathRewriter.identity());
  }

  private Said ask(NextHop hop, MailAddress address) {
    asked.add(address.text() + " " + hop.destination().text());
    return primary.getOrDefault(address.text(), NO);
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private String reply(String address) {
    SmtpReply reply = relayed.reply(address(address)).toCompletableFuture().join();
    return reply.code() + " " + reply.status().orElseThrow();
  }

  @Test
  void theDomainsOwnServerDecides() {
    primary.put("alice@asked.example", new Said.Yes());
    primary.put("alice@inner.example", new Said.Yes());
    assertEquals("250 2.1.5", reply("alice@asked.example"));
    assertEquals("550 5.1.1", reply("nobody@asked.example"));
    assertEquals("250 2.1.5", reply("alice@inner.example"));
    assertTrue(relayed.sure(address("alice@asked.example")));
    assertFalse(relayed.sure(address("nobody@asked.example")));
    assertEquals(
        List.of(
            "alice@asked.example mx:asked.example",
            "nobody@asked.example mx:asked.example",
            "alice@inner.example relay:10.0.0.2:25"),
        asked);
  }

  @Test
  void whatItSaidIsRemembered() {
    primary.put("alice@asked.example", new Said.Yes());
    for (int i = 0; i < 3; i++) {
      reply("alice@asked.example");
      reply("alice@ASKED.example");
      reply("nobody@asked.example");
    }
    assertEquals(2, asked.size());
    now = now.plus(Duration.ofMinutes(16));
    primary.put("nobody@asked.example", new Said.Yes());
    assertEquals("250 2.1.5", reply("alice@asked.example"));
    assertEquals("250 2.1.5", reply("nobody@asked.example"));
    assertEquals(3, asked.size());
    now = now.plus(Duration.ofDays(1));
    reply("alice@asked.example");
    assertEquals(4, asked.size());
  }

  @Test
  void whereItIsDownMailIsTakenAndNobodyIsSure() {
    primary.put("alice@asked.example", new Said.Yes());
    reply("alice@asked.example");
    primary.put("x@asked.example", new Said.Nothing("no route", true));
    primary.put("y@asked.example", NO);
    assertEquals("250 2.1.5", reply("x@asked.example"));
    assertEquals("250 2.1.5", reply("y@asked.example"), "it is not asked again at once");
    assertEquals(2, asked.size());
    assertFalse(relayed.sure(address("x@asked.example")));
    assertTrue(relayed.sure(address("alice@asked.example")), "what was said before counts");
    assertEquals("250 2.1.5", reply("alice@asked.example"));
    now = now.plus(Duration.ofMinutes(2));
    assertEquals("550 5.1.1", reply("y@asked.example"));
  }

  @Test
  void whatIsPutOffForOneIsAskedForTheNext() {
    primary.put("x@asked.example", new Said.Nothing("450 greylisted", false));
    assertEquals("250 2.1.5", reply("x@asked.example"));
    assertEquals("550 5.1.1", reply("y@asked.example"));
  }

  @Test
  void otherRefusalsKeepTheirStatus() {
    primary.put(
        "full@asked.example", new Said.No(EnhancedStatusCode.of(5, 2, 2), "552 5.2.2 full"));
    primary.put("old@asked.example", new Said.No(EnhancedStatusCode.of(5, 0, 0), "550 no"));
    assertEquals("550 5.2.2", reply("full@asked.example"));
    assertEquals("550 5.1.1", reply("old@asked.example"));
  }

  @Test
  void aDomainWithoutABetterHostIsPutOff() {
    primary.put("x@asked.example", new Said.NoHost("mail loops back"));
    assertEquals("451 4.3.5", reply("x@asked.example"));
  }

  @Test
  void onlyThoseAreAskedAboutWhoAreToBe() {
    for (String address : List.of("bob@example.org", "alice@listed.example", "x@open.example")) {
      assertEquals("250 2.1.5", reply(address));
    }
    assertEquals(List.of(), asked);
    assertTrue(relayed.sure(address("bob@example.org")));
    assertTrue(relayed.sure(address("alice@listed.example")));
    assertFalse(relayed.sure(address("x@open.example")));
    assertTrue(relayed.sure(address("carol@elsewhere.example")), "an alias leads there");
  }

  @Test
  void aServerIsAskedFewThingsAtATime() throws Exception {
    var atOnce = new CountDownLatch(4);
    var go = new CompletableFuture<Said>();
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var busy =
          new RelayedRecipients(
              router(),
              (_, _) -> {
                atOnce.countDown();
                return go.join();
              },
              () -> now,
              workers,
              Duration.ofMillis(20));
      var replies = new ArrayList<CompletableFuture<SmtpReply>>();
      for (int i = 0; i < 5; i++) {
        replies.add(busy.reply(address(i + "@asked.example")).toCompletableFuture());
      }
      atOnce.await();
      assertTrue(replies.stream().noneMatch(CompletableFuture::isDone));
      assertEquals(
          451,
          ((SmtpReply) CompletableFuture.anyOf(replies.toArray(CompletableFuture<?>[]::new)).join())
              .code(),
          "the fifth does not wait for ever");
      go.complete(new Said.Yes());
      assertEquals(4, replies.stream().filter(reply -> reply.join().code() == 250).count());
    }
  }
}
