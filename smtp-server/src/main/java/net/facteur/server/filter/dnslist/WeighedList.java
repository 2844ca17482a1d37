package net.facteur.server.filter.dnslist;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dnslist.CodeSelection;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.auth.syntax.Parsed;

/// A list with what an entry in it is worth, written as in other mail servers:
///
/// ```
/// list = domain ["=" codes] ["*" weight]
/// ```
///
/// such as `zen.example.org=127.0.0.[2..11]*3`. The same list may stand there several times with
/// other codes; it is asked once.
///
/// @param codes which of its entries count
/// @param weight 1 to 100
public record WeighedList(DnsList list, CodeSelection codes, int weight) {
  private static final int MAX_WEIGHT = 100;
  private static final Pattern FORM =
      Pattern.compile("([^=*]+)(?:=([^=*]+))?(?:\\*([1-9][0-9]{0,2}))?");

  public WeighedList {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("no weight: " + weight);
    }
  }

  /// Reads one; empty where it is none.
  static Optional<WeighedList> parse(String text, DnsList.Kind kind) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    Optional<DomainName> zone =
        DomainName.parse(m.group(1))
            .toOptional()
            .filter(name -> name.isPlain() && name.labelCount() > 1);
    Parsed<CodeSelection> codes =
        m.group(2) == null ? Parsed.ok(CodeSelection.ALL) : CodeSelection.parse(m.group(2));
    int weight = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
    return weight > MAX_WEIGHT
        ? Optional.empty()
        : zone.flatMap(
            name ->
                codes
                    .toOptional()
                    .map(those -> new WeighedList(new DnsList(name, kind), those, weight)));
  }

  /// What it adds to the sum where it has an entry.
  public int points() {
    return switch (list.kind()) {
      case BLOCKED_ADDRESSES, DOMAINS -> weight;
      case ALLOWED_ADDRESSES -> -weight;
    };
  }

  @Override
  public String toString() {
    return list.zone().text()
        + (codes.equals(CodeSelection.ALL) ? "" : "=" + codes)
        + (weight == 1 ? "" : "*" + weight);
  }
}
