package net.facteur.server.dsn;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.MailDate;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Writes reports and routes them to the sender.
public final class DsnWriter implements ReportWriter {
  private static final Logger LOG = LogManager.getLogger(DsnWriter.class);
  private static final int HEADER_MAX = 256 * 1024;

  private final DsnSettings settings;
  private final Router router;
  private final ReportSigner signer;
  private final Explanations explanations;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// A writer with the shipped explanations.
  public DsnWriter(
      DsnSettings settings,
      Router router,
      ReportSigner signer,
      InstantSource clock,
      RandomGenerator random) {
    this(settings, router, signer, Explanations.shipped(), clock, random);
  }

  /// @param explanations say why servers refuse
  public DsnWriter(
      DsnSettings settings,
      Router router,
      ReportSigner signer,
      Explanations explanations,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.router = router;
    this.signer = signer;
    this.explanations = explanations;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Optional<NewMessage> report(Report report) {
    return switch (report.reversePath()) {
      // RFC 3461, section 5.2.3, RFC 5321, section 6.1: never a report about a report.
      case ReversePath.Null _ -> Optional.empty();
      case ReversePath.Of(MailAddress sender) ->
          report.entries().isEmpty() ? Optional.empty() : write(report, sender);
    };
  }

  private Optional<NewMessage> write(Report report, MailAddress sender) {
    // RFC 3461, section 6: a report itself asks for no reports.
    var path = new ForwardPath(sender, Optional.of(Set.of()), Optional.empty());
    router.prepare(sender).toCompletableFuture().join();
    List<Envelope> envelopes = router.envelopes(ReversePath.Null.NULL, List.of(path));
    if (envelopes.isEmpty()) {
      LOG.warn("report about={} to={} result=undeliverable", report.id(), sender);
      return Optional.empty();
    }
    boolean utf8 = report.traits().smtpUtf8();
    Instant now = clock.instant();
    QueueId id = QueueId.next(clock, random);
    String boundary = boundary();
    byte[] body = body(report, boundary, utf8);
    byte[] header = header(report, sender, id, now, boundary).getBytes(UTF_8);
    var traits =
        new MessageTraits(
            MessageTraits.Body.EIGHT_BIT_MIME,
            utf8 || sender.needsSmtpUtf8(),
            // RFC 8689, section 5: what is told of a message is protected like the message
            report.traits().requireTls(),
            Optional.empty(),
            Optional.empty(),
            MessageTraits.Priority.URGENT);
    var message =
        new NewMessage(
            id, now, header, StagedBody.of(body), envelopes, traits, "report about " + report.id());
    return Optional.of(signer.sign(message));
  }

  private String boundary() {
    var octets = new byte[15];
    random.nextBytes(octets);
    return "=_" + HexFormat.of().formatHex(octets);
  }

  private String header(
      Report report, MailAddress sender, QueueId id, Instant now, String boundary) {
    String type = report.traits().smtpUtf8() ? "global-delivery-status" : "delivery-status";
    var subject =
        PlainWords.subject(PlainWords.worst(report.entries()), settings.languages().getFirst());
    return "Date: "
        + MailDate.of(now)
        + "\r\nFrom: Mail Delivery System <"
        + new ReportAuthor(router, settings.from()).of(report, sender).text()
        + ">\r\nTo: <"
        // His own address: what our forwarding made of it means nothing to him.
        + router.returned(sender).orElse(sender).text()
        + ">\r\nSubject: "
        + subject
        + "\r\nMessage-ID: <"
        + id
        + "@"
        + settings.hostName()
        // RFC 3834, section 5: nobody's vacation notice answers this.
        + ">\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/report; report-type="
        + type
        + ";\r\n boundary=\""
        + boundary
        + "\"\r\n\r\n";
  }

  private byte[] body(Report report, String boundary, boolean utf8) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        part(boundary, "text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit\r\n"));
    out.writeBytes(
        new PlainWords(settings.hostName(), explanations)
            .text(report, settings.languages())
            .getBytes(UTF_8));
    String status = utf8 ? "message/global-delivery-status" : "message/delivery-status";
    out.writeBytes(part(boundary, status, utf8 ? "Content-Transfer-Encoding: 8bit\r\n" : ""));
    out.writeBytes(new StatusPart(settings.hostName(), utf8).text(report).getBytes(UTF_8));
    returned(report, boundary, utf8, out);
    out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  private static byte[] part(String boundary, String type, String more) {
    return ("\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\n" + more + "\r\n")
        .getBytes(ISO_8859_1);
  }

  /// The third part: the message, or its header where it is too large, binary, or not asked for.
  private void returned(Report report, String boundary, boolean utf8, ByteArrayOutputStream out) {
    MessageContent content = report.content();
    Optional<byte[]> whole = whole(report) ? read(content) : Optional.empty();
    if (whole.isPresent()) {
      out.writeBytes(
          part(
              boundary,
              utf8 ? "message/global" : "message/rfc822",
              "Content-Transfer-Encoding: 8bit\r\n"));
      out.writeBytes(content.header());
      out.writeBytes(whole.get());
      return;
    }
    out.writeBytes(
        part(
            boundary,
            utf8 ? "message/global-headers" : "text/rfc822-headers",
            "Content-Transfer-Encoding: 8bit\r\n"));
    out.writeBytes(fields(content.header()));
  }

  private boolean whole(Report report) {
    boolean failed = report.entries().stream().anyMatch(e -> e.event() == Event.FAILED);
    boolean wanted =
        report
            .traits()
            .returned()
            .map(r -> r == MessageTraits.Returned.FULL)
            .orElse(settings.returnWhole());
    // RFC 3461, section 4.3: RET is about failures; everything else returns headers.
    return failed
        && wanted
        && report.traits().body() != MessageTraits.Body.BINARY_MIME
        && report.content().size() <= settings.maxReturned();
  }

  private static Optional<byte[]> read(MessageContent content) {
    try (InputStream body = content.openBody()) {
      byte[] octets = body.readNBytes((int) content.bodySize());
      return onlyCrlf(octets) ? Optional.of(octets) : Optional.empty();
    } catch (IOException e) {
      LOG.warn("report result=body-unreadable reason=\"{}\"", e.toString());
      return Optional.empty();
    }
  }

  /// A bare CR or LF would keep the report from leaving by DATA.
  private static boolean onlyCrlf(byte[] octets) {
    for (int i = 0; i < octets.length; i++) {
      boolean lf = octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r');
      boolean cr = octets[i] == '\r' && (i + 1 == octets.length || octets[i + 1] != '\n');
      if (lf || cr) {
        return false;
      }
    }
    return true;
  }

  /// The header's lines, without the empty one and without stray line ends, at most 256 KiB.
  private static byte[] fields(byte[] header) {
    var out = new ByteArrayOutputStream(header.length);
    for (int i = 0; i < header.length && out.size() < HEADER_MAX; i++) {
      boolean crlf = header[i] == '\r' && i + 1 < header.length && header[i + 1] == '\n';
      if (crlf) {
        boolean empty = i + 3 < header.length && header[i + 2] == '\r' && header[i + 3] == '\n';
        out.write('\r');
        out.write('\n');
        i++;
        if (empty) {
          break;
        }
      } else {
        out.write(header[i] == '\r' || header[i] == '\n' ? '?' : header[i]);
      }
    }
    return out.toByteArray();
  }
}
