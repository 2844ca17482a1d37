package net.facteur.auth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import org.jspecify.annotations.Nullable;

/// The client's own names that lead back to its address, found once per check.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-5.5 RFC 7208, section 5.5: "ptr" (do not
///   use)
final class ValidatedNames {
  private final Resolver resolver;
  private final InetAddress client;
  private final int limit;
  private final LookupBudget budget;
  private @Nullable List<DomainName> names;

  ValidatedNames(Resolver resolver, InetAddress client, int limit, LookupBudget budget) {
    this.resolver = resolver;
    this.client = client;
    this.limit = limit;
    this.budget = budget;
  }

  /// The names; none where the DNS gives an error.
  List<DomainName> all() {
    if (names == null) {
      names = find();
    }
    return names;
  }

  private List<DomainName> find() {
    Answer<DomainName> reverse = resolver.lookup(reverseName(client), RecordType.PTR);
    budget.countVoid(reverse);
    var validated = new ArrayList<DomainName>();
    // 4.6.4: all records other than the first 10 MUST be ignored
    for (DomainName name : reverse.orEmpty().stream().limit(limit).toList()) {
      RecordType<InetAddress> type = Addresses.typeOf(client);
      // 5.5: a name whose look-up fails is skipped
      if (resolver.lookup(name, type).orEmpty().contains(client)) {
        validated.add(name);
      }
    }
    return validated;
  }

  private static DomainName reverseName(InetAddress address) {
    String dotted = MacroExpansion.dotted(address);
    var text = new StringBuilder();
    for (int end = dotted.length(); end > 0; ) {
      int dot = dotted.lastIndexOf('.', end - 1);
      text.append(dotted, dot + 1, end).append('.');
      end = dot;
    }
    return DomainName.of(text + (address.getAddress().length == 4 ? "in-addr" : "ip6") + ".arpa");
  }

  /// The value of `%{p}`: the domain itself if validated, else a name below it, else any name, else
  /// `unknown`. It counts as a term.
  String best(DomainName domain) {
    if (budget.countTerm().isPresent()) {
      return "unknown";
    }
    List<DomainName> found = all();
    if (found.contains(domain)) {
      return domain.text();
    }
    Optional<DomainName> below = found.stream().filter(n -> n.isWithin(domain)).findFirst();
    return below.or(() -> found.stream().findFirst()).map(DomainName::text).orElse("unknown");
  }
}
