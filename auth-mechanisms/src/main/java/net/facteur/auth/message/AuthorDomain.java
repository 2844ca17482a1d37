package net.facteur.auth.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;

/// The domains that a message says it comes from: those of the addresses in its From field.
///
/// DMARC and ADSP ask for the one domain that a reader sees. A message should have one From field
/// with one address, but anything may arrive, so the extraction knows three answers. It follows the
/// grammar of addresses with its obsolete forms (groups, routes, comments anywhere), because what
/// it does not understand could still be shown by a mail program. Where the grammar does not say
/// which address is meant, every domain is named that a reader might find.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-5.3.1 RFC 9989, section 5.3.1: Extract
///   Author Domain
public sealed interface AuthorDomain {
  /// Most different domains that are told apart.
  int MAX_DOMAINS = 10;

  /// Exactly one domain, in one or more addresses. Display names do not count.
  record One(DomainName domain) implements AuthorDomain {}

  /// Addresses of different domains.
  ///
  /// @param domains 2 to [#MAX_DOMAINS], in the order written, none twice
  record Several(List<DomainName> domains) implements AuthorDomain {
    public Several {
      domains = List.copyOf(domains);
    }
  }

  /// The author cannot be told for sure: the field is missing, stands twice, is malformed, or names
  /// too many domains.
  ///
  /// @param reason for the log and the trace
  /// @param domains every domain that a reader might see as the author's, display names included:
  ///   at most [#MAX_DOMAINS], none twice
  /// @param whole true where `domains` is all there is to see; false where a From field holds none,
  ///   or where more than [#MAX_DOMAINS] stand there
  record Unclear(String reason, List<DomainName> domains, boolean whole) implements AuthorDomain {
    public Unclear {
      domains = List.copyOf(domains);
    }

    /// Without any domain.
    public Unclear(String reason) {
      this(reason, List.of(), false);
    }

    /// True where domains were left out.
    public boolean tooMany() {
      return !whole && domains.size() == MAX_DOMAINS;
    }
  }

  /// The author domains of a message.
  ///
  /// What counts as a From field is whatever some reader takes for one ([HeaderField#resembles]).
  static AuthorDomain of(MessageHeader header) {
    List<HeaderField> from = header.resembling("From");
    // Mail programs show the sender in place of an author who is missing, or whose field has a name
    // that they do not take for From.
    List<HeaderField> senders =
        from.stream().anyMatch(field -> field.is("From")) ? List.of() : header.resembling("Sender");
    List<String> values = header.valuesRunOn("From");
    boolean runOn = !values.equals(from.stream().map(HeaderField::value).toList());
    return switch (from.size()) {
      case 0 -> unclear("there is no From field", values, senders);
      case 1 -> {
        if (runOn) {
          yield unclear("a line without a colon follows the From field", values, senders);
        }
        yield from.getFirst().is("From")
            ? ofValue(from.getFirst().value())
            : unclear("the name of the From field is malformed", values, senders);
      }
      // RFC 5322, 3.6: From stands exactly once
      default -> unclear("there are " + from.size() + " From fields", values, senders);
    };
  }

  /// The author domains of a From field's value, one `char` per octet.
  static AuthorDomain ofValue(String value) {
    return new FromField(value).authorDomain();
  }

  private static Unclear unclear(String reason, List<String> authors, List<HeaderField> senders) {
    Set<DomainName> all = new LinkedHashSet<>();
    boolean whole = !authors.isEmpty();
    for (String value : authors) {
      SeenDomains seen = SeenDomains.in(value);
      whole = whole && seen.whole() && !seen.domains().isEmpty();
      all.addAll(seen.domains());
    }
    senders.forEach(field -> all.addAll(SeenDomains.in(field.value()).domains()));
    var some = new ArrayList<>(all);
    return some.size() > MAX_DOMAINS
        ? new Unclear(reason, some.subList(0, MAX_DOMAINS), false)
        : new Unclear(reason, some, whole);
  }

  /// Every domain found.
  default List<DomainName> domains() {
    return switch (this) {
      case One(DomainName domain) -> List.of(domain);
      case Several(List<DomainName> domains) -> domains;
      case Unclear(String _, List<DomainName> domains, boolean _) -> domains;
    };
  }

  /// In words, for people and logs: the domains, and why the author cannot be told for sure.
  default String text() {
    String names = domains().stream().map(DomainName::text).collect(Collectors.joining(", "));
    return switch (this) {
      case One _, Several _ -> names;
      case Unclear unclear ->
          "unclear, " + unclear.reason() + (names.isEmpty() ? "" : ": " + names);
    };
  }
}
