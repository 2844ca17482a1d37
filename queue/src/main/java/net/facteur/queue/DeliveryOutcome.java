package net.facteur.queue;

import java.time.Duration;
import java.util.Optional;

/// How an attempt ended for one recipient.
public sealed interface DeliveryOutcome {
  EnhancedStatusCode status();

  /// What the next hop said, code first (`250 2.0.0 Ok: queued as 4F`), or what happened instead.
  String reply();

  /// The host that said it; empty where none was reached.
  Optional<RemoteHost> remote();

  /// The next hop took responsibility, or the mailbox has it.
  ///
  /// @param relayed the next hop is a remote server, so the final delivery is not known
  /// @param remoteReports the next hop speaks DSN and got the NOTIFY wishes, so it will report
  record Delivered(
      EnhancedStatusCode status,
      String reply,
      Optional<RemoteHost> remote,
      boolean relayed,
      boolean remoteReports)
      implements DeliveryOutcome {}

  /// It may work later.
  ///
  /// @param destinationDown nothing about this recipient: the next hop as a whole could not be
  ///   reached, so others for it should wait too
  /// @param retryAfter the earliest sensible next attempt, where something is known about it
  record Deferred(
      EnhancedStatusCode status,
      String reply,
      Optional<RemoteHost> remote,
      boolean destinationDown,
      Optional<Duration> retryAfter)
      implements DeliveryOutcome {}

  /// It will never work.
  record Failed(EnhancedStatusCode status, String reply, Optional<RemoteHost> remote)
      implements DeliveryOutcome {}

  /// The next hop as it was met.
  ///
  /// @param name its host name
  /// @param address its IP address and port as text; empty for a local transport
  /// @param tls protocol, cipher and level reached in a few words; `none` without TLS
  record RemoteHost(String name, String address, String tls) {}
}
