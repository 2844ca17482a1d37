package net.facteur.server.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ReverseName;

/// The name of the server, its addresses, and whether mail for the domains leads to it.
final class NameChecks {
  private static final DoctorTexts SAY = DoctorTexts.SAY;

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
                SAY.dnsSilent(reason(answer)),
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
    patient.backups().stream().sorted().forEach(this::backup);
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
                "name", host, SAY.noAddress(), host + ". IN A 192.0.2.25   ; your address")
            : Finding.ok("name", host, SAY.leadsTo(texts(addresses))));
  }

  private static String texts(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(IpLiteral::print).toList());
  }

  private void reverse(InetAddress address) {
    DomainName name = ReverseName.of(address);
    Answer<DomainName> answer = patient.resolver().lookup(name, RecordType.PTR);
    String subject = IpLiteral.print(address);
    if (answer.orEmpty().contains(patient.host())) {
      findings.add(Finding.ok("reverse", subject, SAY.leadsBack()));
    } else if (answer.temporaryFailure()) {
      findings.add(unknown("reverse", subject));
    } else {
      findings.add(
          Finding.error(
              "reverse",
              subject,
              SAY.leadsElsewhere(patient.host()),
              name + ". IN PTR " + patient.host() + "."));
    }
  }

  static Finding unknown(String check, String subject) {
    return Finding.warning(check, subject, SAY.unanswered());
  }

  private void mx(DomainName domain) {
    Answer<MxRecord> answer = patient.resolver().lookup(domain, RecordType.MX);
    boolean ours = answer.orEmpty().stream().anyMatch(mx -> mx.exchange().equals(patient.host()));
    if (answer.temporaryFailure()) {
      findings.add(unknown("mx", domain.text()));
    } else if (ours) {
      findings.add(Finding.ok("mx", domain.text(), SAY.mxOurs()));
    } else {
      findings.add(
          Finding.error(
              "mx",
              domain.text(),
              SAY.mxElsewhere(patient.host()),
              domain + ". IN MX 10 " + patient.host() + "."));
    }
  }

  /// Whether there is somebody to hand a domain's mail on to.
  private void backup(DomainName domain) {
    Answer<MxRecord> answer = patient.resolver().lookup(domain, RecordType.MX);
    if (answer.temporaryFailure()) {
      findings.add(unknown("mx", domain.text()));
      return;
    }
    OptionalInt own =
        answer.orEmpty().stream()
            .filter(mx -> mx.exchange().equals(patient.host()))
            .mapToInt(MxRecord::preference)
            .min();
    List<String> better =
        answer.orEmpty().stream()
            .filter(mx -> own.isPresent() && mx.preference() < own.getAsInt())
            .map(mx -> mx.exchange().text())
            .toList();
    findings.add(
        own.isEmpty()
            ? Finding.warning(
                "mx",
                domain.text(),
                SAY.mxNoBackup(patient.host()),
                domain + ". IN MX 20 " + patient.host() + ".")
            : better.isEmpty()
                ? Finding.error("mx", domain.text(), SAY.mxNoBetter(patient.host()))
                : Finding.ok("mx", domain.text(), SAY.mxBackup(String.join(", ", better))));
  }

  /// RFC 5782: a listed address has an A record in 127.0.0.0/8 below the list's name.
  private void blocklist(InetAddress address) {
    if (!patient.network().online() || !reachable(address)) {
      return;
    }
    Optional<DomainName> name =
        DomainName.of("zen.spamhaus.org").child(ReverseName.labels(address));
    if (name.isEmpty()) {
      return;
    }
    Answer<InetAddress> answer = patient.resolver().lookup(name.get(), RecordType.A);
    List<InetAddress> listed = answer.orEmpty();
    String subject = IpLiteral.print(address);
    if (answer.temporaryFailure()) {
      findings.add(unknown("blocklist", subject));
    } else if (listed.isEmpty()) {
      findings.add(Finding.ok("blocklist", subject, SAY.unlisted()));
    } else if (listed.getFirst().getHostAddress().startsWith("127.255.")) {
      findings.add(Finding.warning("blocklist", subject, SAY.listSilent()));
    } else {
      findings.add(
          Finding.error(
              "blocklist",
              subject,
              SAY.listed(),
              "https://check.spamhaus.org/results/?query=" + subject));
    }
  }

  private static boolean reachable(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress();
  }
}
