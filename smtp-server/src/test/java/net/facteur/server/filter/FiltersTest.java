package net.facteur.server.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.Test;

class FiltersTest {
  private static final MailAddress BOB = new MailAddress("bob", "example.org");
  private static final MailAddress ERIN = new MailAddress("erin", "example.org");
  private static final Handling REJECT =
      new Handling.Reject(SmtpReply.of(550, 5, 7, 1, "No"), Handling.Cause.SPAM, "score=20");

  private final List<String> asked = new ArrayList<>();

  private MessageFilter filter(String name, Verdict verdict) {
    return _ -> {
      asked.add(name);
      return CompletableFuture.completedStage(verdict);
    };
  }

  private Verdict judge(MessageFilter... filters) {
    var client =
        new SmtpClient(
            "s1",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 25),
            SmtpClient.Listener.RECEPTION,
            "mx.client.example",
            true,
            Optional.empty(),
            Optional.empty());
    return Filters.of(List.of(filters))
        .judge(
            new FilteredMessage(
                FilteredMessage.Direction.INBOUND,
                QueueId.next(InstantSource.system(), new SplittableRandom(1)),
                client,
                InetAddress.getLoopbackAddress(),
                "mx.client.example",
                ReversePath.Null.NULL,
                List.of(
                    new ForwardPath(BOB, Optional.empty(), Optional.empty()),
                    new ForwardPath(ERIN, Optional.empty(), Optional.empty())),
                MessageHeader.parse("From: a@b.example\r\n\r\n".getBytes(StandardCharsets.UTF_8)),
                StagedBody.of(new byte[0]),
                Optional.empty()))
        .toCompletableFuture()
        .join();
  }

  @Test
  void noFilterIsNoFilter() {
    assertSame(MessageFilter.NONE, Filters.of(List.of()));
    assertTrue(new Filtering(Filters.of(List.of()), Quarantine.NONE).off());
    assertFalse(
        new Filtering(Filters.of(List.of(filter("a", Verdict.PASS))), Quarantine.NONE).off());
  }

  @Test
  void theStrictestHandlingCountsAndEveryFieldIsKept() {
    Verdict verdict =
        judge(
            filter(
                "first",
                new Verdict(
                    new Handling.Junk("score=8"),
                    Map.of(BOB, Handling.Pass.PLAIN),
                    Set.of("x-spam-score"),
                    List.of(HeaderField.of("X-Spam-Score", " 8")),
                    List.of(new Fact("rspamd", "8")))),
            filter(
                "second",
                new Verdict(
                    Handling.Pass.PLAIN,
                    Map.of(BOB, new Handling.Junk("blocked")),
                    Set.of("x-virus"),
                    List.of(HeaderField.of("X-Virus", " none")),
                    List.of(new Fact("clamav", "clean")))));
    assertEquals(List.of("first", "second"), asked);
    assertEquals("junk", verdict.handling().word());
    assertEquals(
        Handling.Pass.PLAIN, verdict.handling(BOB), "who speaks first of a recipient counts");
    assertEquals("junk", verdict.handling(ERIN).word());
    assertEquals(2, verdict.fields().size());
    assertEquals(2, verdict.facts().size());
    assertTrue(verdict.removes(HeaderField.of("X-SPAM-Score", " 1")));
    assertTrue(verdict.removes(HeaderField.of("X-Virus", " 1")));
    assertFalse(verdict.removes(HeaderField.of("Subject", " 1")));
  }

  @Test
  void nobodyLooksAtWhatIsRefused() {
    Verdict verdict = judge(filter("first", Verdict.of(REJECT)), filter("second", Verdict.PASS));
    assertEquals(REJECT, verdict.handling());
    assertEquals(List.of("first"), asked);
  }

  @Test
  void oneRecipientCannotBeRefusedAlone() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Verdict(Handling.Pass.PLAIN, Map.of(BOB, REJECT), Set.of(), List.of(), List.of()));
  }
}
