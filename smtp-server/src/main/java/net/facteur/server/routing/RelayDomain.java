package net.facteur.server.routing;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;

/// A domain of others whose mail is taken here and passed on: as their backup MX, or in front of
/// their server.
///
/// @param host who takes the mail; empty for the domain's mail exchangers
/// @param recipients which addresses there are
public record RelayDomain(Optional<NextHop.Relay> host, Recipients recipients) {
  /// Which addresses a domain of others has.
  public sealed interface Recipients {
    /// Its own server knows.
    record Asked() implements Recipients {}

    /// @param names local parts in lower case
    record Listed(Set<String> names) implements Recipients {
      public Listed {
        names = Set.copyOf(names);
      }
    }

    /// Nobody says, so all are taken.
    record Any() implements Recipients {}
  }

  /// Where the mail goes.
  NextHop hop(DomainName domain) {
    return host.<NextHop>map(relay -> relay).orElseGet(() -> new NextHop.Mx(domain));
  }

  /// True where there may be such an address.
  boolean mayHave(String localPart, Separators separators) {
    return switch (recipients) {
      case Recipients.Asked _, Recipients.Any _ -> true;
      case Recipients.Listed(Set<String> names) -> {
        String whole = Ascii.lower(localPart);
        // RFC 5321, section 4.5.1: postmaster is always there
        yield whole.equals("postmaster")
            || names.contains(whole)
            || separators.cuts(whole).stream()
                .anyMatch(cut -> names.contains(whole.substring(0, cut)));
      }
    };
  }
}
