package net.facteur.auth.spf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Makes small worlds of records, hosts and clients from a seed, most of them right, some wrong.
final class SpfCases {
  private static final String[] DOMAINS = {"a.test", "b.test", "c.b.test", "d.test", "e.test"};
  private static final String[] HOSTS = {"h1.test", "h2.a.test", "h3.test", "gone.test"};
  private static final String[] CLIENTS = {
    "192.0.2.1", "192.0.2.130", "2001:db8::1", "203.0.113.9"
  };
  private static final String[] NETWORKS = {
    "192.0.2.0/24", "192.0.2.1", "198.51.100.0/8", "0.0.0.0/0", "192.0.2.128/25"
  };
  private static final String[] WRONG = {
    "foo",
    "a:",
    "ip4:192.0.2",
    "ip4:192.0.2.0/33",
    "include",
    "-all:x",
    "exists:%{z}.test",
    "a/33",
    "redirect=",
    "mx:b.test:25",
    "exp=",
    "%",
    "a:b.test//129",
    "ip6:192.0.2.1",
    "\u00e9",
    "+",
    "?"
  };
  private static final String[] MACROS = {
    "%{ir}.%{v}.x.test",
    "%{l}.a.test",
    "%{d}",
    "%{h}",
    "%{d1r}.b.test",
    "%{o}.d.test",
    "%{lr-}.test",
    "%{s}.test",
    "%{L}.a.test",
    "x.%{d2}",
    "%{i}.test"
  };

  private final Random random;

  SpfCases(long seed) {
    random = new Random(seed);
  }

  record Case(Map<String, Object> zone, String client, String helo, String mailFrom) {}

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  Case next() {
    var zone = new LinkedHashMap<String, Object>();
    for (String domain : DOMAINS) {
      if (oneIn(12)) {
        if (oneIn(2)) {
          zone.put(domain, "TIMEOUT");
        }
        continue;
      }
      zone.put(domain, domain());
    }
    for (String host : HOSTS) {
      if (!host.equals("gone.test")) {
        zone.put(host, host());
      }
    }
    for (String extra : List.of("joe.a.test", "1.2.0.192.in-addr.x.test", "x.b.test")) {
      if (oneIn(2)) {
        zone.put(extra, Map.of("A", List.of("127.0.0.2")));
      }
    }
    zone.put("why.test", Map.of("TXT", List.of("%{i} is not a host of %{d}, says %{o}")));
    zone.put("1.2.0.192.in-addr.arpa", Map.of("PTR", List.of(pick(HOSTS), pick(HOSTS))));
    String helo = oneIn(10) ? "[192.0.2.1]" : pick(HOSTS);
    String mailFrom = oneIn(12) ? "" : pick("joe", "joe-bob.x", "postmaster") + "@" + pick(DOMAINS);
    return new Case(zone, pick(CLIENTS), helo, mailFrom);
  }

  private Map<String, Object> domain() {
    var types = new LinkedHashMap<String, Object>(host());
    var texts = new ArrayList<String>();
    if (!oneIn(10)) {
      texts.add(record());
    }
    if (oneIn(15)) {
      texts.add(oneIn(2) ? record() : "something else");
    }
    types.put("TXT", texts);
    if (oneIn(2)) {
      types.put("MX", List.of("10 " + pick(HOSTS), "20 " + pick(HOSTS)));
    }
    return types;
  }

  private Map<String, Object> host() {
    var types = new LinkedHashMap<String, Object>();
    if (!oneIn(4)) {
      types.put("A", List.of(pick("192.0.2.1", "192.0.2.7", "198.51.100.3")));
    }
    if (oneIn(2)) {
      types.put("AAAA", List.of(pick("2001:db8::1", "2001:db8:1::5")));
    }
    return types;
  }

  private String record() {
    var record = new StringBuilder(oneIn(30) ? "v=spf10" : oneIn(8) ? "V=sPf1" : "v=spf1");
    for (int i = random.nextInt(5); i > 0; i--) {
      record.append(oneIn(12) ? "  " : " ").append(oneIn(25) ? pick(WRONG) : term());
    }
    if (!oneIn(3)) {
      record.append(' ').append(pick("-", "~", "?", "")).append("all");
    } else if (oneIn(2)) {
      record.append(" redirect=").append(pick(DOMAINS));
    }
    return record + (oneIn(3) ? " exp=why.test" : "") + (oneIn(20) ? " " : "");
  }

  private String term() {
    String target = oneIn(3) ? "" : ":" + (oneIn(4) ? pick(MACROS) : pick(HOSTS));
    String cidr = oneIn(3) ? pick("/24", "//64", "/25//32", "/0", "//0") : "";
    return pick("", "", "", "-", "~", "?", "+")
        + switch (random.nextInt(8)) {
          case 0, 1 -> "a" + target + cidr;
          case 2 -> "mx" + (oneIn(2) ? "" : ":" + pick(DOMAINS)) + cidr;
          case 3 -> "include:" + pick(DOMAINS);
          case 4 -> "ip4:" + pick(NETWORKS);
          case 5 -> "ip6:" + pick("2001:db8::/32", "2001:db8::1", "::/0", "2001:db8:1::/48");
          case 6 -> "exists:" + pick(MACROS);
          default -> "ptr" + (oneIn(2) ? "" : ":" + pick("test", "a.test", "h1.test"));
        };
  }
}
