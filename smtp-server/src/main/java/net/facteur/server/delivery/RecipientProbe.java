package net.facteur.server.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.routing.NextHop;

/// Asks other servers whether they have a mailbox: connects as a delivery would, says MAIL and
/// RCPT, and takes leave. A client waits for the answer, so a server has less time than for mail.
public final class RecipientProbe {
  /// A server that takes longer is asked in vain.
  private static final DeliverySettings.Timeouts LIMITS =
      DeliverySettings.Timeouts.all(Duration.ofSeconds(10));

  private static final int MAX_HOSTS = 4;
  private static final Duration WATCHDOG_TICK = Duration.ofMillis(250);

  /// What a server said.
  public sealed interface Said {
    /// It takes mail for the address.
    record Yes() implements Said {}

    /// It takes none.
    ///
    /// @param reply its words, for the log
    record No(EnhancedStatusCode status, String reply) implements Said {}

    /// No server could be asked now, or none decides.
    ///
    /// @param down none could be reached, whatever is asked
    record Nothing(String why, boolean down) implements Said {}

    /// There is no server to ask, and none to send mail to: this server is the domain's best, or
    /// the domain takes no mail.
    record NoHost(String why) implements Said {}
  }

  private final HostWalk walk;
  private final SessionOpener opener;

  /// @param tls its reporter is not told of what is found here
  public RecipientProbe(
      DeliverySettings settings, Resolver resolver, OutboundTls tls, RandomGenerator random) {
    DeliverySettings quick = settings.withTimeouts(LIMITS);
    this.walk = new HostWalk(quick, tls.policy(), new MxLookup(resolver, quick, random));
    this.opener =
        new SessionOpener(
            quick,
            new OutboundTls(tls.policy(), tls.client(), tls.verifier(), TlsReporter.NONE),
            new Watchdog(WATCHDOG_TICK),
            random);
  }

  /// Asks the hosts of a next hop, the best first, until one decides. Blocks.
  public Said ask(NextHop hop, MailAddress address) {
    var question = new RecipientQuestion(address, opener, LIMITS, MAX_HOSTS);
    switch (hop) {
      case NextHop.Mx(DomainName domain) -> walk.mx(question, TlsPolicy.Demand.NONE, domain);
      case NextHop.Relay(String host, int port) -> walk.relay(question, host, port);
      case NextHop.Literal(String literal) -> walk.literal(question, literal);
      case NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.LmtpSocket _,
          NextHop.LmtpHost _,
          NextHop.LmtpJunk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _ ->
          throw new IllegalArgumentException("no host of others: " + hop);
    }
    return question.answer();
  }
}
