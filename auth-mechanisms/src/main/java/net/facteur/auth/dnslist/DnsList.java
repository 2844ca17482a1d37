package net.facteur.auth.dnslist;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ReverseName;
import net.facteur.auth.dns.TxtRecord;

/// A list that the DNS serves.
///
/// @param zone its name
/// @param kind what it holds
public record DnsList(DomainName zone, Kind kind) {
  /// TXT records that are shown of an entry.
  private static final int MAX_TEXTS = 3;

  /// What a list holds.
  public enum Kind {
    /// Addresses of hosts that are to be refused or suspected.
    BLOCKED_ADDRESSES,
    /// Addresses of hosts that are known to be good.
    ALLOWED_ADDRESSES,
    /// Names of domains that are to be refused or suspected.
    DOMAINS
  }

  /// What a list is asked about.
  public sealed interface Subject {
    /// In words, for people and logs.
    String text();

    /// A host.
    record Address(InetAddress address) implements Subject {
      /// An IPv4-mapped address of an IPv6 socket is the IPv4 address.
      public static Address of(InetAddress address) {
        return new Address(IpLiteral.unmapped(address));
      }

      @Override
      public String text() {
        return IpLiteral.print(address);
      }
    }

    /// A domain.
    record Domain(DomainName name) implements Subject {
      @Override
      public String text() {
        return name.text();
      }
    }
  }

  /// The name that is asked for; empty where it would be longer than a name may be.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5782#section-2.1 RFC 5782, section 2.1: IPv4 DNSxLs
  /// @spec https://www.rfc-editor.org/rfc/rfc5782#section-2.4 RFC 5782, section 2.4: IPv6 DNSxLs
  /// @spec https://www.rfc-editor.org/rfc/rfc5782#section-3 RFC 5782, section 3: Domain Name DNSxLs
  public Optional<DomainName> question(Subject subject) {
    return switch (subject) {
      case Subject.Address(InetAddress address) -> zone.child(ReverseName.labels(address));
      case Subject.Domain(DomainName name) ->
          name.isRoot() ? Optional.empty() : zone.child(name.text());
    };
  }

  /// Asks about one address or domain: one look-up.
  public ListAnswer ask(Resolver resolver, Subject subject) {
    Optional<DomainName> name = question(subject);
    if (name.isEmpty()) {
      return new ListAnswer.NotListed();
    }
    return switch (resolver.lookup(name.get(), RecordType.A)) {
      case Answer.Records<InetAddress> records -> answer(records.values());
      case Answer.NoData<InetAddress> _, Answer.NxDomain<InetAddress> _ ->
          new ListAnswer.NotListed();
      case Answer.Failed<InetAddress>(String reason) -> new ListAnswer.Unanswered(reason);
      case Answer.Bogus<InetAddress>(String reason) -> new ListAnswer.Unanswered(reason);
    };
  }

  /// Why it is listed, in the list's own words, which may be anything; empty where it does not say.
  public List<String> texts(Resolver resolver, Subject subject) {
    return question(subject)
        .map(name -> resolver.lookup(name, RecordType.TXT).orEmpty())
        .orElse(List.of())
        .stream()
        .limit(MAX_TEXTS)
        .map(TxtRecord::text)
        .toList();
  }

  private ListAnswer answer(List<InetAddress> values) {
    var codes = new ArrayList<InetAddress>();
    for (InetAddress value : values) {
      byte[] octets = value.getAddress();
      if (octets[0] != 127) {
        return new ListAnswer.Unusable(value, ListAnswer.Unusable.Why.OUTSIDE);
      }
      if (isError(octets)) {
        return new ListAnswer.Unusable(value, ListAnswer.Unusable.Why.REFUSED);
      }
      codes.add(value);
    }
    return new ListAnswer.Listed(codes);
  }

  /// What public lists answer to whom they do not serve: 127.255.255.0/24 (Spamhaus: a wrong name,
  /// a public resolver, too many questions), 127.0.0.1 (URIBL and SURBL, and never a code, since
  /// RFC 5782 warns of it), 127.0.0.255 of allow lists (DNSWL), 127.0.1.255 of domain lists (an
  /// address was asked for).
  private boolean isError(byte[] octets) {
    int b = octets[1] & 0xff;
    int c = octets[2] & 0xff;
    int d = octets[3] & 0xff;
    return (b == 255 && c == 255)
        || (b == 0 && c == 0 && d == 1)
        || switch (kind) {
          case BLOCKED_ADDRESSES -> false;
          case ALLOWED_ADDRESSES -> b == 0 && c == 0 && d == 255;
          case DOMAINS -> b == 0 && c == 1 && d == 255;
        };
  }

  @Override
  public String toString() {
    return zone.text();
  }
}
