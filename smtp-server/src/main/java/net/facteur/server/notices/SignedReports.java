package net.facteur.server.notices;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.NewMessage;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.signing.SigningBusyException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Signs the server's own reports like any other mail, waiting for its turn where the signing queue
/// is full: there is no client to put off.
public final class SignedReports implements ReportSigner {
  private static final Logger LOG = LogManager.getLogger(SignedReports.class);
  private static final int ATTEMPTS = 600;
  private static final long PAUSE_MILLIS = 100;

  private final MessageSigner signer;

  public SignedReports(MessageSigner signer) {
    this.signer = signer;
  }

  @Override
  public NewMessage sign(NewMessage report) {
    MessageHeader header = MessageHeader.parse(report.header());
    Optional<DomainName> author = AuthorDomain.of(header).domains().stream().findFirst();
    if (author.isEmpty()) {
      return report;
    }
    List<HeaderField> signatures = signatures(author.get(), header, report);
    return new NewMessage(
        report.id(),
        report.received(),
        header.prepend(signatures).section(),
        report.body(),
        report.envelopes(),
        report.traits(),
        report.origin(),
        report.facts());
  }

  private List<HeaderField> signatures(DomainName author, MessageHeader header, NewMessage report) {
    for (int i = 1; ; i++) {
      try {
        return signer.sign(author, header, report.body()::open).toCompletableFuture().join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof SigningBusyException) || i == ATTEMPTS) {
          LOG.error("report id={} leaves unsigned", report.id(), e.getCause());
          return List.of();
        }
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }
}
