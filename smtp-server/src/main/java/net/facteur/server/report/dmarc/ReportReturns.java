package net.facteur.server.report.dmarc;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import net.facteur.queue.MailAddress;
import net.facteur.queue.NewMessage;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.server.report.dmarc.DmarcCountStore.Sent;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The reverse-paths of our reports, and what is made of reports that nobody takes: the address
/// rests.
///
/// Each mail leaves with a reverse-path of its own, whose random part is written down with it, so
/// that nobody else can let an address rest. It is not null: RFC 5321, section 4.5.5, wants a valid
/// reverse-path for all messages which no RFC asks to have a null one, and RFC 9990 does not.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.5 RFC 5321, section 4.5.5: Messages
///   with a Null Reverse-Path
public final class ReportReturns {
  private static final Logger LOG = LogManager.getLogger(ReportReturns.class);

  private static final String PREFIX = "dmarc-return-";
  private static final int TAG_OCTETS = 10;

  /// How long an address gets no report after it did not take one.
  static final Duration REST = Duration.ofDays(30);

  private static final int MAX_REASON = 300;

  private final DmarcCountStore store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor workers;

  /// @param random cannot be guessed
  /// @param workers runs what writes into the database
  public ReportReturns(
      DmarcCountStore store, InstantSource clock, RandomGenerator random, Executor workers) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.workers = workers;
  }

  /// What names one mail.
  String tag() {
    var octets = new byte[TAG_OCTETS];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }

  /// The reverse-path of one mail.
  static MailAddress path(String tag, String domain) {
    return new MailAddress(PREFIX + tag, domain);
  }

  /// The tag of an address that looks like one of these reverse-paths, whatever its domain.
  static Optional<String> tag(MailAddress address) {
    String text = address.localPart();
    return text.length() == PREFIX.length() + 2 * TAG_OCTETS
            && text.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
        ? Optional.of(text.substring(PREFIX.length()).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /// A writer that writes nothing about our reports, but takes note of those that could not be
  /// delivered.
  public ReportWriter before(ReportWriter writer) {
    return report -> {
      if (!(report.reversePath() instanceof ReversePath.Of(MailAddress path))) {
        return writer.report(report);
      }
      Optional<String> tag = tag(path);
      if (tag.isEmpty()) {
        return writer.report(report);
      }
      for (ReportWriter.Entry entry : report.entries()) {
        if (entry.event() == ReportWriter.Event.FAILED) {
          workers.execute(
              () -> rest(tag.get(), entry.outcome().status() + " " + entry.outcome().reply()));
        }
      }
      return Optional.<NewMessage>empty();
    };
  }

  /// True for an address that one of our reports left with.
  ///
  /// @throws IOException where that cannot be known now
  boolean isOurs(MailAddress address) throws IOException {
    Optional<String> tag = tag(address);
    return tag.isPresent() && store.tagged(tag.get()).isPresent();
  }

  /// The address that the report went to rests.
  void rest(String tag, String reason) {
    try {
      Optional<Sent> sent = store.tagged(tag);
      if (sent.isEmpty()) {
        return;
      }
      String cut = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
      Sent before = sent.get();
      store.put(
          List.of(
              new Sent(
                  before.report(),
                  before.address(),
                  before.day(),
                  before.domain(),
                  before.messages(),
                  before.octets(),
                  before.at(),
                  tag,
                  Sent.Outcome.REFUSED,
                  cut)));
      store.rest(new DmarcCountStore.Rest(before.address(), clock.instant().plus(REST), cut));
      LOG.info(
          "dmarc-report domain={} day={} to={} result=refused, rests for {} days",
          before.domain(),
          before.day(),
          before.address(),
          REST.toDays());
    } catch (IOException e) {
      LOG.error("dmarc-report a refusal cannot be kept: {}", e.toString());
    }
  }
}
