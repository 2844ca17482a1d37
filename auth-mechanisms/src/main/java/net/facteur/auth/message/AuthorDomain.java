package net.facteur.auth.message;

import java.util.List;
import net.facteur.auth.dns.DomainName;

/// The domains that a message says it comes from: those of the addresses in its From field.
///
/// DMARC and ADSP ask for the one domain that a reader sees. A message should have one From field
/// with one address, but anything may arrive, so the extraction knows three answers. It follows the
/// grammar of addresses with its obsolete forms (groups, routes, comments anywhere), because what
/// it does not understand could still be shown by a mail program.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-5.3.1 RFC 9989, section 5.3.1: Extract
///   Author Domain
public sealed interface AuthorDomain {
  /// Most different domains that are told apart.
  int MAX_DOMAINS = 10;

  /// Exactly one domain, in one or more addresses.
  record One(DomainName domain) implements AuthorDomain {}

  /// Addresses of different domains.
  ///
  /// @param domains 2 to [#MAX_DOMAINS], in the order written, none twice
  record Several(List<DomainName> domains) implements AuthorDomain {
    public Several {
      domains = List.copyOf(domains);
    }
  }

  /// No domain can be named: the field is missing, stands twice, is malformed, or has too many.
  ///
  /// @param reason for the log and the trace
  record Unclear(String reason) implements AuthorDomain {}

  /// The author domains of a message.
  static AuthorDomain of(MessageHeader header) {
    List<HeaderField> from = header.all("From");
    return switch (from.size()) {
      case 0 -> new Unclear("there is no From field");
      case 1 -> ofValue(from.getFirst().value());
      // RFC 5322, 3.6: From stands exactly once
      default -> new Unclear("there are " + from.size() + " From fields");
    };
  }

  /// The author domains of a From field's value, one `char` per octet.
  static AuthorDomain ofValue(String value) {
    return new FromField(value).authorDomain();
  }

  /// Every domain found, none where it is unclear.
  default List<DomainName> domains() {
    return switch (this) {
      case One(DomainName domain) -> List.of(domain);
      case Several(List<DomainName> domains) -> domains;
      case Unclear _ -> List.of();
    };
  }
}
