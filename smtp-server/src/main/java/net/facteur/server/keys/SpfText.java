package net.facteur.server.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.language.Text;
import net.facteur.server.routes.Exits;

/// The SPF record that a domain should have, out of the one that it has: whatever stands there
/// stays, since others may send in the domain's name, and what lets our server send comes before
/// it.
///
/// @param record the text
/// @param remarks what a person should know about it
record SpfText(String record, List<Text> remarks) {
  SpfText {
    remarks = List.copyOf(remarks);
  }

  /// @param old the record that stands there
  /// @param host our mail server
  /// @param exits from where mail of the domain comes to others
  static SpfText allowing(Optional<String> old, DomainName host, DomainName domain, Exits exits) {
    if (old.isEmpty()) {
      return new SpfText(first(exits, ""), List.of(ZoneTexts.SAY.zoneSpfFirst()));
    }
    var terms = new ArrayList<String>(List.of(old.get().strip().split(" +", -1)));
    var remarks = new ArrayList<Text>();
    int before = terms.size();
    exits.sources().reversed().stream()
        .map(SpfText::term)
        .filter(term -> terms.stream().noneMatch(term::equalsIgnoreCase))
        .forEach(term -> terms.add(1, term));
    if (exits.own() && terms.stream().noneMatch(term -> allows(term, host, domain))) {
      terms.add(1, "mx");
    }
    if (terms.size() > before) {
      remarks.add(ZoneTexts.SAY.zoneSpfMerged());
    } else {
      remarks.add(ZoneTexts.SAY.zoneStays());
    }
    for (int i = 1; i < terms.size(); i++) {
      if (terms.get(i).equalsIgnoreCase("+all") || terms.get(i).equalsIgnoreCase("all")) {
        terms.set(i, "~all");
        remarks.add(ZoneTexts.SAY.zoneSpfClosed());
      }
    }
    return new SpfText(String.join(" ", terms), remarks);
  }

  /// The record of a domain that has none.
  ///
  /// @param more further terms, with a space behind each
  static String first(Exits exits, String more) {
    return exits.sources().stream()
        .map(source -> term(source) + " ")
        .collect(Collectors.joining("", "v=spf1 mx ", more + "-all"));
  }

  private static String term(InetAddress address) {
    return (address instanceof Inet6Address ? "ip6:" : "ip4:") + IpLiteral.print(address);
  }

  private static boolean allows(String term, DomainName host, DomainName domain) {
    String bare = term.toLowerCase(Locale.ROOT).replaceFirst("^[+]", "");
    return bare.equals("mx")
        || bare.equals("a:" + host.text())
        || (bare.equals("a") && host.equals(domain));
  }
}
