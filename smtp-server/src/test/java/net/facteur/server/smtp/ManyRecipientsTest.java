package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.ReversePath;
import org.junit.jupiter.api.Test;

/// A transaction with as many recipients as are allowed.
class ManyRecipientsTest {
  private static final int MOST = SmtpSettings.of("mail.example.org").maxRecipients();

  @Test
  void eachQuestionShowsTheRecipientsTakenBeforeIt() throws Exception {
    List<Transaction> questions;
    try (var server = TestServer.reception();
        var client = server.dial()) {
      client.ehlo().say("MAIL FROM:<a@example.net>", "250");
      for (int i = 0; i < MOST; i++) {
        client.say("RCPT TO:<u" + i + "@example.org>", "250");
      }
      client.say("RCPT TO:<more@example.org>", "452 4.5.3");
      questions = server.recipients;
    }
    assertEquals(MOST, questions.size());
    for (int i = 0; i < MOST; i++) {
      List<Transaction.ForwardPath> before = questions.get(i).forwardPaths();
      assertEquals(i, before.size());
      if (i > 0) {
        assertEquals("u" + (i - 1), before.getLast().address().localPart());
        assertEquals("u0", before.getFirst().address().localPart());
      }
    }
  }

  /// Octets allocated stand for copies: ten times as many recipients make ten times as many, where
  /// a copy at each would make a hundred times.
  @Test
  void theWorkGrowsWithTheRecipientsAndNotWithTheirSquare() {
    List<Transaction.ForwardPath> paths = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      paths.add(
          new Transaction.ForwardPath(
              new MailAddress("u" + i, "example.org"), Optional.empty(), Optional.empty()));
    }
    allocated(paths); // what the first run allocates for classes does not count
    long few = allocated(paths.subList(0, MOST / 10));
    long many = allocated(paths);
    assertTrue(many < 20 * few, few + " octets for a tenth, " + many + " for all");
  }

  private static long allocated(List<Transaction.ForwardPath> paths) {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    var client =
        new SmtpClient(
            "ABCDEFGHJKMN",
            loopback,
            loopback,
            SmtpClient.Listener.RECEPTION,
            "client.example",
            true,
            Optional.empty(),
            Optional.empty());
    var parameters =
        new Transaction.MailParameters(
            -1,
            MessageTraits.Body.SEVEN_BIT,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var taken = new ForwardPaths();
    long seen = 0;
    long before = bean.getCurrentThreadAllocatedBytes();
    for (Transaction.ForwardPath path : paths) {
      var question = new Transaction(client, ReversePath.Null.NULL, parameters, taken.soFar());
      seen += question.forwardPaths().size();
      taken.add(path);
    }
    long octets = bean.getCurrentThreadAllocatedBytes() - before;
    assertEquals((long) paths.size() * (paths.size() - 1) / 2, seen);
    return octets;
  }
}
