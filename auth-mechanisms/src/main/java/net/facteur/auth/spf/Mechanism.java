package net.facteur.auth.spf;

import java.net.InetAddress;
import net.facteur.auth.dns.IpLiteral;

/// A test of the client's address.
///
/// ```
/// mechanism        = ( all / include / a / mx / ptr / ip4 / ip6 / exists )
/// all              = "all"
/// include          = "include"  ":" domain-spec
/// a                = "a"      [ ":" domain-spec ] [ dual-cidr-length ]
/// mx               = "mx"     [ ":" domain-spec ] [ dual-cidr-length ]
/// ptr              = "ptr"    [ ":" domain-spec ]
/// ip4              = "ip4"      ":" ip4-network   [ ip4-cidr-length ]
/// ip6              = "ip6"      ":" ip6-network   [ ip6-cidr-length ]
/// exists           = "exists"   ":" domain-spec
/// ```
///
/// A [MacroString] without tokens means the domain being checked.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-5 RFC 7208, section 5: Mechanism
///   Definitions
public sealed interface Mechanism {
  /// The mechanism as a record writes it.
  String print();

  /// Matches always.
  record All() implements Mechanism {
    @Override
    public String print() {
      return "all";
    }
  }

  /// Matches where another domain's record says pass.
  record Include(MacroString domain) implements Mechanism {
    @Override
    public String print() {
      return "include:" + domain.print();
    }
  }

  /// Matches the addresses of a name.
  record A(MacroString domain, DualCidr cidr) implements Mechanism {
    @Override
    public String print() {
      return "a" + Mechanism.optional(domain) + cidr.print();
    }
  }

  /// Matches the addresses of a domain's mail servers.
  record Mx(MacroString domain, DualCidr cidr) implements Mechanism {
    @Override
    public String print() {
      return "mx" + Mechanism.optional(domain) + cidr.print();
    }
  }

  /// Matches where the client's own name is within a domain.
  record Ptr(MacroString domain) implements Mechanism {
    @Override
    public String print() {
      return "ptr" + Mechanism.optional(domain);
    }
  }

  /// Matches an IPv4 network.
  ///
  /// @param prefix 0 to 32
  record Ip4(InetAddress network, int prefix) implements Mechanism {
    @Override
    public String print() {
      return "ip4:" + IpLiteral.print(network) + (prefix == 32 ? "" : "/" + prefix);
    }
  }

  /// Matches an IPv6 network.
  ///
  /// @param prefix 0 to 128
  record Ip6(InetAddress network, int prefix) implements Mechanism {
    @Override
    public String print() {
      return "ip6:" + IpLiteral.print(network) + (prefix == 128 ? "" : "/" + prefix);
    }
  }

  /// Matches where a name has an address, whatever it is.
  record Exists(MacroString domain) implements Mechanism {
    @Override
    public String print() {
      return "exists:" + domain.print();
    }
  }

  /// How many leading bits of an address count.
  ///
  /// ```
  /// ip4-cidr-length  = "/" ("0" / %x31-39 0*1DIGIT) ; value range 0-32
  /// ip6-cidr-length  = "/" ("0" / %x31-39 0*2DIGIT) ; value range 0-128
  /// dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
  /// ```
  ///
  /// @param ip4 0 to 32
  /// @param ip6 0 to 128
  record DualCidr(int ip4, int ip6) {
    /// Whole addresses.
    public static final DualCidr HOSTS = new DualCidr(32, 128);

    String print() {
      return (ip4 == 32 ? "" : "/" + ip4) + (ip6 == 128 ? "" : "//" + ip6);
    }

    /// The length for addresses of the client's kind.
    int of(InetAddress client) {
      return client.getAddress().length == 4 ? ip4 : ip6;
    }
  }

  private static String optional(MacroString domain) {
    return domain.isEmpty() ? "" : ":" + domain.print();
  }
}
