package net.facteur.server.routing;

import java.util.List;
import java.util.Optional;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.smtp.SmtpReply;

/// Where an address ends.
public sealed interface Resolution {
  /// It is taken.
  ///
  /// @param ends at least one, no two alike
  record Routed(List<End> ends) implements Resolution {
    public Routed {
      ends = List.copyOf(ends);
    }
  }

  /// No such user in a local domain: refuse with 550 5.1.1 at RCPT.
  record UnknownUser() implements Resolution {}

  /// Mail for it only went on to addresses elsewhere that take none any more: refuse with 550 5.1.6
  /// at RCPT.
  record Rests() implements Resolution {}

  /// The domain part cannot be a domain: refuse with 550 5.1.2.
  record BadDomain() implements Resolution {}

  /// Our own aliases loop, nest too deeply or spread too widely: answer 451 4.3.5, so that nothing
  /// is lost until somebody mends them.
  ///
  /// @param detail for the administrator only
  record Misconfigured(Text detail) implements Resolution {}

  /// A user on the way may or may not exist, since the users cannot be read: answer 451 4.3.0.
  ///
  /// @param ends where the mail goes if the user does; for mail that was taken already
  record Undecided(List<End> ends) implements Resolution {
    public Undecided {
      ends = List.copyOf(ends);
    }
  }

  /// The status code for the reply; empty where the address is taken.
  default Optional<EnhancedStatusCode> refusal() {
    return switch (this) {
      case Routed _ -> Optional.empty();
      case UnknownUser _ -> Optional.of(EnhancedStatusCode.of(5, 1, 1));
      case Rests _ -> Optional.of(EnhancedStatusCode.of(5, 1, 6));
      case BadDomain _ -> Optional.of(EnhancedStatusCode.of(5, 1, 2));
      case Misconfigured _ -> Optional.of(EnhancedStatusCode.of(4, 3, 5));
      case Undecided _ -> Optional.of(EnhancedStatusCode.of(4, 3, 0));
    };
  }

  /// The reply to RCPT.
  default SmtpReply reply() {
    return switch (this) {
      case Routed _ -> SmtpReply.of(250, 2, 1, 5, "Ok");
      case UnknownUser _ -> SmtpReply.of(550, 5, 1, 1, "No such mailbox here");
      case Rests _ ->
          SmtpReply.of(550, 5, 1, 6, "Mail for this address cannot be passed on any more");
      case BadDomain _ ->
          SmtpReply.of(550, 5, 1, 2, "This is not a domain that mail can be sent to");
      case Misconfigured _ -> SmtpReply.of(451, 4, 3, 5, "The mailbox is not set up rightly here");
      case Undecided _ -> SmtpReply.LATER;
    };
  }

  /// One end of the way.
  ///
  /// @param address the forward-path for the next hop
  /// @param hop the next hop
  /// @param user whose mailbox it is, `local-part@domain` in lower case; empty where it is nobody's
  ///   here, or nobody can say
  /// @param via the last local address that forwarded to it; empty where it is the address asked
  ///   for
  /// @param forwarders all local addresses on the way that passed it on, the first one first
  record End(
      MailAddress address,
      NextHop hop,
      Optional<String> user,
      Optional<MailAddress> via,
      List<MailAddress> forwarders) {
    public End {
      forwarders = List.copyOf(forwarders);
    }

    static End nowhere(MailAddress address, NextHop.Nowhere hop) {
      return new End(address, hop, Optional.empty(), Optional.empty(), List.of());
    }

    /// Equal for ends that share one copy: one for each mailbox, whatever sub-addresses and aliases
    /// led there.
    String place(Router router) {
      return hop.destination().text() + " " + user.orElseGet(() -> router.key(address));
    }

    /// True where the address names the mailbox itself, and no sub-address of it.
    boolean plain(Router router) {
      return user.filter(router.key(address)::equals).isPresent();
    }

    /// True where the message goes no further.
    public boolean nowhere() {
      return hop instanceof NextHop.Nowhere;
    }

    /// True where the mail leaves this system.
    public boolean foreign() {
      return hop.foreign();
    }
  }
}
