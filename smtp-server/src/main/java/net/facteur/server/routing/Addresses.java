package net.facteur.server.routing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// What addresses stand for, as somebody has written it down: the settings, or the store that
/// commands change.
///
/// Keys are `local-part@domain`, or a local part alone that holds for every local domain; as a
/// target it means the domain of the address that led to it.
///
/// @param aliases an address to those that stand for it, nested up to 10 deep; one that names
///   itself keeps a copy in the mailbox of that name
/// @param forwards the address of a user to where the mail goes as well or instead
/// @param refused addresses that are refused whatever a catch-all takes; but never postmaster,
///   abuse and mailer-daemon
/// @param discarded addresses whose mail is taken and thrown away
/// @param domains a local domain to the one whose addresses it has as well as its own
public record Addresses(
    Map<String, List<String>> aliases,
    Map<String, RoutingSettings.Forwarding> forwards,
    Set<String> refused,
    Set<String> discarded,
    Map<DomainName, DomainName> domains) {
  /// None.
  public static final Addresses NONE =
      new Addresses(Map.of(), Map.of(), Set.of(), Set.of(), Map.of());

  public Addresses {
    aliases = Map.copyOf(aliases);
    forwards = Map.copyOf(forwards);
    refused = Set.copyOf(refused);
    discarded = Set.copyOf(discarded);
    domains = Map.copyOf(domains);
  }
}
