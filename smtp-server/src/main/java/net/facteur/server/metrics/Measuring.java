package net.facteur.server.metrics;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.MailQueue;
import net.facteur.server.delivery.Journey;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.smtp.Authenticator;

/// Puts a watch around the doors through which mail goes, or leaves them as they are if nobody
/// wants numbers.
///
/// @param meters empty if nobody does
public record Measuring(Optional<Meters> meters) {
  /// Measures nothing.
  public static final Measuring OFF = new Measuring(Optional.empty());

  /// Counts what is taken over, and times the disk.
  public MailQueue queue(MailQueue queue) {
    return meters.<MailQueue>map(its -> new WatchedQueue(queue, its)).orElse(queue);
  }

  /// Counts outcomes of mail whose turn has come, and times its whole way.
  public DeliveryAgent agent(DeliveryAgent agent, InstantSource clock) {
    return meters.<DeliveryAgent>map(its -> new WatchedAgent(agent, its, clock)).orElse(agent);
  }

  /// Counts attempts at hosts of others.
  public Journey.Carrier carrier(Journey.Carrier carrier) {
    return meters.<Journey.Carrier>map(its -> new WatchedCarrier(carrier, its)).orElse(carrier);
  }

  /// Counts logins.
  public Authenticator logins(Authenticator authenticator) {
    return meters
        .<Authenticator>map(its -> new WatchedLogins(authenticator, its))
        .orElse(authenticator);
  }

  /// Counts and times the verdicts of a filter.
  ///
  /// @param name as in [Metric#VERDICTS]
  public MessageFilter filter(String name, MessageFilter filter) {
    return meters.isPresent() && !filter.equals(MessageFilter.NONE)
        ? new WatchedFilter(name, filter, meters.get())
        : filter;
  }

  /// Times signatures.
  public MessageSigner signer(MessageSigner signer) {
    return meters.<MessageSigner>map(its -> new WatchedSigner(signer, its)).orElse(signer);
  }

  /// Counts and times questions.
  public Resolver resolver(Resolver resolver) {
    return meters.<Resolver>map(its -> new WatchedResolver(resolver, its)).orElse(resolver);
  }

  /// Counts what messages prove.
  public Consumer<AuthenticationReport> reports() {
    return meters
        .<Consumer<AuthenticationReport>>map(its -> report -> proven(its, report))
        .orElse(_ -> {});
  }

  private static void proven(Meters meters, AuthenticationReport report) {
    count(meters, "spf", report.spfMailFrom().result().word());
    count(meters, "dkim", report.dkim().word());
    count(meters, "dmarc", report.dmarc().result().word());
    count(meters, "arc", report.arc().status().word());
  }

  private static void count(Meters meters, String method, String result) {
    meters.count(Metric.AUTHENTICATION, 1, method, result);
  }
}
