package net.facteur.server.filter.ownnames;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.net.AddressBlock;

/// Who may write in our names without passing DMARC.
///
/// ```
/// exception = "list:" domain / "dkim:" domain / "spf:" domain / "network:" network
/// ```
public sealed interface NameException {
  /// A mailing list whose List-Id ends so, and for whose domain DKIM or SPF passes.
  record MailingList(DomainName id) implements NameException {
    @Override
    public String toString() {
      return "list:" + id;
    }
  }

  /// A service that signs with its own domain.
  record Signer(DomainName domain) implements NameException {
    @Override
    public String toString() {
      return "dkim:" + domain;
    }
  }

  /// A service with a reverse-path of its own domain, or one below it, that passes SPF.
  record Returns(DomainName domain) implements NameException {
    @Override
    public String toString() {
      return "spf:" + domain;
    }
  }

  /// Hosts.
  record Network(AddressBlock network) implements NameException {
    @Override
    public String toString() {
      return "network:" + network;
    }
  }

  /// Reads one; empty where it is none.
  static Optional<NameException> parse(String text) {
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1);
    Optional<DomainName> domain =
        DomainName.parse(value)
            .toOptional()
            .filter(name -> name.isHostName() && name.labelCount() > 1);
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "list" -> domain.map(MailingList::new);
      case "dkim" -> domain.map(Signer::new);
      case "spf" -> domain.map(Returns::new);
      case "network" -> AddressBlock.parse(value).toOptional().map(Network::new);
      default -> Optional.empty();
    };
  }
}
