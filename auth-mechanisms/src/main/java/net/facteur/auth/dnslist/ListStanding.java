package net.facteur.auth.dnslist;

import java.net.InetAddress;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;

/// Whether a list works, found by its test points: entries that every list has, and others that no
/// list has.
///
/// | list of | listed | not listed |
/// | --- | --- | --- |
/// | IPv4 addresses | 127.0.0.2 | 127.0.0.1 |
/// | IPv6 addresses | ::ffff:7f00:2 | ::ffff:7f00:1 |
/// | domains | TEST | INVALID |
///
/// @spec https://www.rfc-editor.org/rfc/rfc5782#section-5 RFC 5782, section 5: Test and Contact
///   Addresses
public sealed interface ListStanding {
  /// It works.
  ///
  /// @param ipv6 for IPv6 addresses, too
  record Sound(boolean ipv6) implements ListStanding {}

  /// The entry that every list has is missing: it is empty, or no such list any more.
  record ListsNothing() implements ListStanding {}

  /// What no list has is listed: it lists the whole world.
  record ListsEverything() implements ListStanding {}

  /// It answers, and says nothing.
  record Useless(ListAnswer.Unusable answer) implements ListStanding {}

  /// It does not answer.
  record Silent(String reason) implements ListStanding {}

  /// True where its answers count for such an address or domain.
  default boolean counts(DnsList.Subject subject) {
    return switch (this) {
      case Sound(boolean ipv6) ->
          switch (subject) {
            case DnsList.Subject.Address(InetAddress address) ->
                ipv6 || address.getAddress().length == 4;
            case DnsList.Subject.Domain _ -> true;
          };
      case ListsNothing _, ListsEverything _, Useless _, Silent _ -> false;
    };
  }

  /// Looks at the test points: two to four look-ups.
  static ListStanding test(Resolver resolver, DnsList list) {
    return switch (list.kind()) {
      case DOMAINS ->
          test(
              list.ask(resolver, new DnsList.Subject.Domain(DomainName.of("test"))),
              list.ask(resolver, new DnsList.Subject.Domain(DomainName.of("invalid"))));
      case BLOCKED_ADDRESSES, ALLOWED_ADDRESSES -> {
        ListStanding four = test(point(resolver, list, false, 2), point(resolver, list, false, 1));
        yield four instanceof Sound
            ? new Sound(
                point(resolver, list, true, 2) instanceof ListAnswer.Listed
                    && point(resolver, list, true, 1) instanceof ListAnswer.NotListed)
            : four;
      }
    };
  }

  private static ListAnswer point(Resolver resolver, DnsList list, boolean ipv6, int last) {
    byte[] octets =
        ipv6
            ? new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, (byte) last}
            : new byte[] {127, 0, 0, (byte) last};
    return list.ask(resolver, new DnsList.Subject.Address(IpLiteral.address(octets)));
  }

  private static ListStanding test(ListAnswer always, ListAnswer never) {
    return switch (always) {
      case ListAnswer.Unusable unusable -> new Useless(unusable);
      case ListAnswer.Unanswered(String reason) -> new Silent(reason);
      case ListAnswer.NotListed() -> new ListsNothing();
      case ListAnswer.Listed _ ->
          switch (never) {
            case ListAnswer.NotListed() -> new Sound(false);
            case ListAnswer.Listed _ -> new ListsEverything();
            case ListAnswer.Unusable unusable -> new Useless(unusable);
            case ListAnswer.Unanswered(String reason) -> new Silent(reason);
          };
    };
  }
}
