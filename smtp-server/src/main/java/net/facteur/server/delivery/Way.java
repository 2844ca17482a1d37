package net.facteur.server.delivery;

import java.net.InetAddress;
import java.util.List;
import net.facteur.server.routing.NextHop;

/// How mail for hosts of others leaves.
public sealed interface Way {
  /// As the queue's destination says: by the mail exchangers of the domain, or by the host that is
  /// named there.
  Way AS_QUEUED = new AsQueued();

  /// What logs call it.
  String name();

  /// The way that the queue's destination names.
  record AsQueued() implements Way {
    @Override
    public String name() {
      return "queued";
    }
  }

  /// By the mail exchangers of each recipient's domain.
  ///
  /// @param port of the exchangers
  /// @param sources local addresses to connect from, one per family at most; empty for those of the
  ///   settings of deliveries
  /// @param least what a connection must have at least, beside what the domain publishes
  record Exchangers(String name, int port, List<InetAddress> sources, LeastTls least)
      implements Way {
    public Exchangers {
      sources = List.copyOf(sources);
    }
  }

  /// By one host, whatever the recipients' domains.
  ///
  /// @param relay how it is protected, and who logs in there
  /// @param sources as in [Exchangers]
  record Host(
      String name, NextHop.Relay host, DeliverySettings.RelayHost relay, List<InetAddress> sources)
      implements Way {
    public Host {
      sources = List.copyOf(sources);
    }
  }

  /// By an LMTP server.
  ///
  /// @param server a socket or a host
  record Lmtp(String name, NextHop server) implements Way {}

  /// What is demanded of connections to mail exchangers, whatever their domain publishes. It raises
  /// a demand and never lowers one, so DANE, MTA-STS and REQUIRETLS hold.
  enum LeastTls {
    /// Nothing more.
    NOTHING,
    /// TLS, no matter with whom.
    ENCRYPT,
    /// TLS with a certificate that names the host.
    VERIFIED;

    TlsDecision raise(TlsDecision decision, MxHost host) {
      TlsRequirement wanted =
          switch (this) {
            case NOTHING -> decision.requirement();
            case ENCRYPT ->
                decision.requirement().clearAllowed()
                    ? new TlsRequirement.Encrypt()
                    : decision.requirement();
            case VERIFIED ->
                decision.requirement().clearAllowed()
                        || decision.requirement() instanceof TlsRequirement.Encrypt
                    ? new TlsRequirement.Verified(List.of(host.name().text()))
                    : decision.requirement();
          };
      return wanted.equals(decision.requirement())
          ? decision
          : new TlsDecision(wanted, "routes.tls", decision.accounts());
    }
  }
}
