package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;

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
  /// @param direct our server sends to others itself
  static SpfText allowing(
      Optional<String> old, DomainName host, DomainName domain, boolean direct) {
    if (old.isEmpty()) {
      return new SpfText("v=spf1 mx -all", List.of(ZoneTexts.SAY.zoneSpfFirst()));
    }
    var terms = new ArrayList<String>(List.of(old.get().strip().split(" +", -1)));
    var remarks = new ArrayList<Text>();
    if (direct && terms.stream().noneMatch(term -> allows(term, host, domain))) {
      terms.add(1, "mx");
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

  private static boolean allows(String term, DomainName host, DomainName domain) {
    String bare = term.toLowerCase(Locale.ROOT).replaceFirst("^[+]", "");
    return bare.equals("mx")
        || bare.equals("a:" + host.text())
        || (bare.equals("a") && host.equals(domain));
  }
}
