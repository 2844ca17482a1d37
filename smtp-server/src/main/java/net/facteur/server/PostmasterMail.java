package net.facteur.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.dsn.MailDate;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.keys.Notices;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Mails notices of the server to the postmaster, the same one once a week.
final class PostmasterMail implements Notices {
  private static final Logger LOG = LogManager.getLogger(PostmasterMail.class);
  private static final Duration AGAIN = Duration.ofDays(7);
  private static final int MAX_REMEMBERED = 1000;

  private final String hostname;
  private final MailAddress postmaster;
  private final Router router;
  private final ReportSigner signer;
  private final MailQueue queue;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SequencedMap<Notice, Instant> sent = new LinkedHashMap<>();

  /// @param domain a domain of this server, whose postmaster is told
  PostmasterMail(
      String hostname,
      String domain,
      Router router,
      ReportSigner signer,
      MailQueue queue,
      InstantSource clock,
      RandomGenerator random) {
    this.hostname = hostname;
    this.postmaster = new MailAddress("postmaster", domain);
    this.router = router;
    this.signer = signer;
    this.queue = queue;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public synchronized void tell(Notice notice) {
    Instant now = clock.instant();
    Instant before = sent.get(notice);
    if (before != null && now.isBefore(before.plus(AGAIN)) && !now.isBefore(before)) {
      return;
    }
    if (sent.size() >= MAX_REMEMBERED) {
      sent.pollFirstEntry();
    }
    sent.put(notice, now);
    LOG.warn("notice subject=\"{}\"", notice.subject());
    var path = new ForwardPath(postmaster, Optional.of(Set.of()), Optional.empty());
    List<Envelope> envelopes = router.envelopes(ReversePath.Null.NULL, List.of(path));
    if (envelopes.isEmpty()) {
      LOG.error("nobody reads mail to {}: {}", postmaster, notice.text());
      return;
    }
    QueueId id = QueueId.next(clock, random);
    byte[] header = header(notice, id, now).getBytes(UTF_8);
    byte[] body = notice.text().replace("\r", "").replace("\n", "\r\n").getBytes(UTF_8);
    var traits =
        new MessageTraits(
            MessageTraits.Body.EIGHT_BIT_MIME,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            MessageTraits.Priority.NORMAL);
    var message = new NewMessage(id, now, header, StagedBody.of(body), envelopes, traits, "notice");
    var _ =
        queue
            .enqueue(signer.sign(message))
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    LOG.error("a notice to {} could not be queued", postmaster, failure);
                  }
                });
  }

  private String header(Notice notice, QueueId id, Instant now) {
    return "Date: "
        + MailDate.of(now)
        + "\r\nFrom: Facteur <"
        + postmaster.text()
        + ">\r\nTo: <"
        + postmaster.text()
        + ">\r\nSubject: "
        + notice.subject().replaceAll("[^ -~]", "?")
        + "\r\nMessage-ID: <"
        + id
        + "@"
        + hostname
        + ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  }
}
