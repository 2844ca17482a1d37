package net.facteur.server.routing;

import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;

/// One step on the way of an address.
public sealed interface Route {
  /// A mailbox of this server.
  ///
  /// @param user `local-part@domain` in lower case
  /// @param subAddress the tag after the separator, empty where there is none
  record Mailbox(String user, String subAddress) implements Route {}

  /// A local user whose mailbox another program keeps.
  ///
  /// @param user `local-part@domain` in lower case
  record Lmtp(NextHop server, String user) implements Route {}

  /// Nobody can say now whether there is such a user.
  ///
  /// @param mailbox where the mail goes if there is
  record Perhaps(NextHop mailbox) implements Route {}

  /// Other addresses take its place, each to be routed in turn.
  ///
  /// @param to at least one
  /// @param kind why
  record Forward(List<MailAddress> to, Kind kind) implements Route {
    public Forward {
      to = List.copyOf(to);
    }
  }

  /// Why an address is replaced.
  enum Kind {
    ALIAS,
    FORWARD,
    /// A forward that leaves a copy in the mailbox too.
    FORWARD_AND_KEEP,
    CATCH_ALL,
    /// A report to an address that our own forwarding made returns to the original sender.
    RETURN
  }

  /// A mailing list of this server.
  ///
  /// @param list its address, in lower case
  record ToList(String list) implements Route {}

  /// Mail to the address is taken and thrown away.
  record Discard() implements Route {}

  /// A host that takes all mail for the domain, or all foreign mail.
  record Relay(NextHop smarthost) implements Route {}

  /// The mail exchangers of a foreign domain.
  record Mx(DomainName domain) implements Route {}

  /// The host of a foreign address literal.
  record Literal(NextHop host) implements Route {}

  /// A local domain without such a user.
  enum Unknown implements Route {
    USER,
    /// The domain cannot be a domain.
    DOMAIN
  }
}
