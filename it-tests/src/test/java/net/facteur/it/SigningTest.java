package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Private keys are used by the signing threads alone, and slow signing holds up nobody else.
class SigningTest {
  private static final int STRANGERS = 300;
  private static final int WAITING = 2;

  @TempDir private Path directory;

  @Test
  void everyPrivateKeyOperationRunsOnASigningThread() throws Exception {
    var provider = new WatchedProvider();
    try (var server = RunningServer.start(directory, "", CryptoProviders.of(List.of(provider)))) {
      for (int i = 0; i < 10; i++) {
        try (var link = server.alice()) {
          Mail mail = Mail.of(Site.ALICE, Site.BOB, "watched " + i + ".", "Signed twice");
          assertTrue(link.send(Site.ALICE, Site.BOB, mail).startsWith("250"));
        }
      }
      for (int i = 0; i < 10; i++) {
        Mail arrived = server.site().mailbox(Site.BOB).awaitWith("watched " + i + ".");
        assertEquals(2, arrived.fields("DKIM-Signature").size(), arrived::text);
      }
    }
    List<String> threads = provider.operations();
    assertEquals(20, threads.size(), threads::toString);
    assertTrue(threads.stream().allMatch(t -> t.startsWith("facteur-sign-")), threads::toString);
  }

  @Test
  void slowSigningHoldsUpNoStrangerAndLetsNothingLeaveUnsigned() throws Exception {
    var provider = new WatchedProvider();
    provider.hold();
    try (var server =
            RunningServer.start(
                directory,
                "signing { threads = 1, queue = " + WAITING + " }",
                CryptoProviders.of(List.of(provider)));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var under = new ArrayList<CompletableFuture<String>>();
      for (int i = 0; i < 1 + WAITING; i++) {
        under.add(CompletableFuture.supplyAsync(() -> submit(server, "held"), clients));
      }
      Await.until(() -> "the signing queue is not full", () -> waiting(server) == WAITING);

      // All of this happens while the one signing thread is held.
      String put = submit(server, "put off");
      assertTrue(put.startsWith("451 4.3.2"), put);
      long[] nanos = new long[STRANGERS];
      for (int i = 0; i < STRANGERS; i++) {
        long begin = System.nanoTime();
        SmtpLink.open(server.reception()).close();
        nanos[i] = System.nanoTime() - begin;
      }
      assertTrue(submit(server, "put off").startsWith("451 4.3.2"));
      assertEquals(0, provider.finished());
      assertTrue(under.stream().noneMatch(CompletableFuture::isDone), "a 250 without signature");
      assertEquals(List.of(), server.site().mailbox(Site.BOB).mails());
      report(nanos);

      provider.release();
      for (CompletableFuture<String> reply : under) {
        assertTrue(reply.join().startsWith("250"), reply::join);
      }
      Maildir inbox = server.site().mailbox(Site.BOB);
      Await.until(() -> "three messages arrive", () -> inbox.mails().size() == 1 + WAITING);
      for (Mail mail : inbox.mails()) {
        assertEquals(2, mail.fields("DKIM-Signature").size(), mail::text);
        assertFalse(mail.text().contains("put off"), mail::text);
      }
    }
  }

  private static String submit(RunningServer server, String subject) {
    try (var link = server.alice()) {
      return link.send(Site.ALICE, Site.BOB, Mail.of(Site.ALICE, Site.BOB, subject, "Please sign"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int waiting(RunningServer server) throws java.io.IOException {
    var waiting = new ArrayList<Integer>();
    new ControlClient(server.site().data().resolve("control.socket"))
        .send(
            new ControlRequest.Status(),
            node -> node.findValues("signing-queue").forEach(n -> waiting.add(n.asInt())));
    return waiting.isEmpty() ? -1 : waiting.getFirst();
  }

  private static void report(long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "connection to EHLO's reply while signing stands still: p50 %.1f ms, p99 %.1f ms%n",
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6);
  }
}
