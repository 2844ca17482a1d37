package net.facteur.server.delivery;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;
import net.facteur.server.routing.NextHop;

/// Chooses the way of mail for hosts of others at each attempt, so that a new rule acts on what is
/// queued already. Safe for many threads at once; may block for the DNS.
public interface Ways {
  /// Every destination as it is queued, and no other.
  Ways AS_QUEUED = (_, _, _) -> Trip.AS_QUEUED;

  /// Begins the trip of one attempt.
  ///
  /// @param hop a domain's mail exchangers, an address literal, or a host
  Trip begin(DeliveryAttempt attempt, NextHop hop, Exchangers exchangers);

  /// True for a socket at which this server takes mail: what is handed over there comes back.
  default boolean isOurselves(InetSocketAddress address) {
    return false;
  }

  /// Asks the DNS for the mail exchangers of domains.
  @FunctionalInterface
  interface Exchangers {
    /// Their names, the best first; empty where there are none, or none can be learnt now.
    List<DomainName> of(DomainName domain);
  }

  /// One attempt under way.
  interface Trip {
    /// As it is queued, and no other way.
    Trip AS_QUEUED =
        new Trip() {
          @Override
          public Way way() {
            return Way.AS_QUEUED;
          }

          @Override
          public Optional<Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
            return Optional.empty();
          }
        };

    /// The first way.
    Way way();

    /// Told what came of the latest way, for each recipient that went by it.
    ///
    /// @param outcomes those of recipients for whom a host may have the message already are not
    ///   among them: nobody else is given it in this attempt
    /// @return where some of them go on to, in the same attempt; empty where the outcomes stand
    Optional<Onward> after(Map<Recipient, DeliveryOutcome> outcomes);
  }

  /// The next way, and who goes by it.
  record Onward(Way way, Set<Recipient> recipients) {
    public Onward {
      recipients = Set.copyOf(recipients);
    }
  }
}
