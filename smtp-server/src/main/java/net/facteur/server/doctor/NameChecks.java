package net.facteur.server.doctor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;

/// The name of the server, its addresses, and whether mail for the domains leads to it.
final class NameChecks {
  private final ServerFacts patient;
  private final List<Finding> findings = new ArrayList<>();

  NameChecks(ServerFacts patient) {
    this.patient = patient;
  }

  /// What to say where the DNS does not answer at all; empty where it does.
  Optional<Finding> mute() {
    Answer<InetAddress> answer = patient.resolver().lookup(patient.host(), RecordType.A);
    Answer<InetAddress> other =
        answer.temporaryFailure()
            ? patient.resolver().lookup(DomainName.of("com"), RecordType.A)
            : answer;
    return other.temporaryFailure()
        ? Optional.of(
            Finding.error(
                "dns",
                patient.host().text(),
                "the name servers of this machine do not answer ("
                    + reason(answer)
                    + "): no mail"
                    + " leaves, and nothing about names could be looked at",
                "les serveurs de noms de cette machine ne r\u00e9pondent pas : aucun courrier ne"
                    + " part",
                "cat /etc/resolv.conf",
                "facteur explain dns.servers"))
        : Optional.empty();
  }

  private static String reason(Answer<?> answer) {
    return switch (answer) {
      case Answer.Failed<?>(String why) -> why;
      case Answer.Bogus<?>(String why) -> why;
      case Answer.Records<?> _, Answer.NoData<?> _, Answer.NxDomain<?> _ -> "no answer";
    };
  }

  List<Finding> examine() {
    List<InetAddress> addresses = addresses(patient);
    forward(addresses);
    addresses.forEach(this::reverse);
    patient.domains().stream().sorted().forEach(this::mx);
    addresses.forEach(this::blocklist);
    return List.copyOf(findings);
  }

  static List<InetAddress> addresses(ServerFacts patient) {
    var all =
        new ArrayList<InetAddress>(
            patient.resolver().lookup(patient.host(), RecordType.A).orEmpty());
    all.addAll(patient.resolver().lookup(patient.host(), RecordType.AAAA).orEmpty());
    return all;
  }

  private void forward(List<InetAddress> addresses) {
    String host = patient.host().text();
    if (addresses.isEmpty()
        && patient.resolver().lookup(patient.host(), RecordType.A).temporaryFailure()) {
      findings.add(unknown("name", host));
      return;
    }
    findings.add(
        addresses.isEmpty()
            ? Finding.error(
                "name",
                host,
                "the server's name has no address, so that others refuse its mail",
                "le nom du serveur n'a pas d'adresse : les autres refusent son courrier",
                host + ". IN A 192.0.2.25   ; your address")
            : Finding.ok(
                "name",
                host,
                "leads to " + texts(addresses),
                "m\u00e8ne \u00e0 " + texts(addresses)));
  }

  private static String texts(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(IpLiteral::print).toList());
  }

  private void reverse(InetAddress address) {
    DomainName name = reverseName(address);
    Answer<DomainName> answer = patient.resolver().lookup(name, RecordType.PTR);
    String subject = IpLiteral.print(address);
    if (answer.orEmpty().contains(patient.host())) {
      findings.add(
          Finding.ok("reverse", subject, "leads back to the server's name", "revient au nom"));
    } else if (answer.temporaryFailure()) {
      findings.add(unknown("reverse", subject));
    } else {
      findings.add(
          Finding.error(
              "reverse",
              subject,
              "does not lead back to "
                  + patient.host()
                  + ": many servers refuse its mail. Whoever gave you the address can change that",
              "ne revient pas \u00e0 "
                  + patient.host()
                  + " : beaucoup de serveurs refusent son courrier. Demandez-le \u00e0 qui vous a"
                  + " donn\u00e9 l'adresse",
              name + ". IN PTR " + patient.host() + "."));
    }
  }

  static Finding unknown(String check, String subject) {
    return Finding.warning(
        check,
        subject,
        "the DNS gave no answer; try again",
        "le DNS n'a pas r\u00e9pondu ; r\u00e9essayez");
  }

  private void mx(DomainName domain) {
    Answer<MxRecord> answer = patient.resolver().lookup(domain, RecordType.MX);
    boolean ours = answer.orEmpty().stream().anyMatch(mx -> mx.exchange().equals(patient.host()));
    if (answer.temporaryFailure()) {
      findings.add(unknown("mx", domain.text()));
    } else if (ours) {
      findings.add(Finding.ok("mx", domain.text(), "mail comes here", "le courrier arrive ici"));
    } else {
      findings.add(
          Finding.error(
              "mx",
              domain.text(),
              "no MX record leads to "
                  + patient.host()
                  + ", so that mail goes elsewhere or nowhere",
              "aucun MX ne m\u00e8ne \u00e0 "
                  + patient.host()
                  + " : le courrier va ailleurs ou nulle part",
              domain + ". IN MX 10 " + patient.host() + "."));
    }
  }

  /// RFC 5782: a listed address has an A record in 127.0.0.0/8 below the list's name.
  private void blocklist(InetAddress address) {
    if (!patient.network().online() || !reachable(address)) {
      return;
    }
    Optional<DomainName> name = DomainName.of("zen.spamhaus.org").child(reversed(address));
    if (name.isEmpty()) {
      return;
    }
    Answer<InetAddress> answer = patient.resolver().lookup(name.get(), RecordType.A);
    List<InetAddress> listed = answer.orEmpty();
    String subject = IpLiteral.print(address);
    if (answer.temporaryFailure()) {
      findings.add(unknown("blocklist", subject));
    } else if (listed.isEmpty()) {
      findings.add(Finding.ok("blocklist", subject, "is on no list", "n'est sur aucune liste"));
    } else if (listed.getFirst().getHostAddress().startsWith("127.255.")) {
      findings.add(
          Finding.warning(
              "blocklist",
              subject,
              "the blocklist does not answer this resolver; use one of your own",
              "la liste ne r\u00e9pond pas \u00e0 ce r\u00e9solveur ; utilisez le v\u00f4tre"));
    } else {
      findings.add(
          Finding.error(
              "blocklist",
              subject,
              "is on a blocklist, and many servers refuse its mail",
              "est sur une liste noire : beaucoup de serveurs refusent son courrier",
              "https://check.spamhaus.org/results/?query=" + subject));
    }
  }

  private static boolean reachable(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress();
  }

  private static DomainName reverseName(InetAddress address) {
    return DomainName.of(
        reversed(address) + (address instanceof Inet6Address ? ".ip6.arpa" : ".in-addr.arpa"));
  }

  private static String reversed(InetAddress address) {
    byte[] octets = address.getAddress();
    var labels = new ArrayList<String>();
    if (octets.length == 4) {
      for (byte octet : octets) {
        labels.addFirst(Integer.toString(octet & 0xff));
      }
    } else {
      for (char digit : HexFormat.of().formatHex(octets).toCharArray()) {
        labels.addFirst(String.valueOf(digit));
      }
    }
    return String.join(".", labels);
  }
}
