package net.facteur.server.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.SrvRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.autoconfig.ServiceRecords.Wanted;

/// Whether mail programs find the server by the address alone. What is missing is no fault: people
/// type it themselves then. What leads elsewhere is one.
final class ClientChecks {
  private static final String CHECK = "mail-programs";
  private static final DoctorTexts SAY = DoctorTexts.SAY;

  private final ServerFacts patient;
  private final List<Finding> findings = new ArrayList<>();

  ClientChecks(ServerFacts patient) {
    this.patient = patient;
  }

  /// What became of one record.
  private enum State {
    THERE,
    MISSING,
    /// Something else stands in its place.
    OTHER,
    UNKNOWN
  }

  List<Finding> examine() {
    for (DomainName domain : patient.domains().stream().sorted().toList()) {
      domain(domain, patient.clients().of(domain));
    }
    return List.copyOf(findings);
  }

  private void domain(DomainName domain, List<Wanted> wanted) {
    int before = findings.size();
    var missing = new ArrayList<Wanted>();
    for (Wanted record : wanted) {
      switch (state(record)) {
        case THERE -> certificate(record);
        case MISSING -> missing.add(record);
        case OTHER ->
            findings.add(
                Finding.warning(
                    CHECK,
                    record.owner().text(),
                    record.type().equals("TXT") ? SAY.clientsDigest() : SAY.clientsElsewhere(),
                    line(record)));
        case UNKNOWN -> findings.add(NameChecks.unknown(CHECK, record.owner().text()));
      }
    }
    if (findings.size() == before && !wanted.isEmpty()) {
      boolean all = missing.stream().allMatch(Wanted::draft);
      findings.add(Finding.ok(CHECK, domain.text(), all ? SAY.clientsFind() : SAY.clientsTyped()));
    }
  }

  private static String line(Wanted record) {
    String data = record.type().equals("TXT") ? "\"" + record.data() + "\"" : record.data();
    return record.owner() + ". IN " + record.type() + " " + data;
  }

  private State state(Wanted record) {
    return switch (record.type()) {
      case "SRV" -> {
        Answer<SrvRecord> answer = patient.resolver().lookup(record.owner(), RecordType.SRV);
        yield state(answer, answer.orEmpty().stream().anyMatch(srv -> leads(srv, record)));
      }
      case "TXT" -> {
        Answer<TxtRecord> answer = patient.resolver().lookup(record.owner(), RecordType.TXT);
        yield state(
            answer,
            answer.orEmpty().stream().map(TxtRecord::text).toList().equals(List.of(record.data())));
      }
      default -> leadsHere(record.owner());
    };
  }

  private static State state(Answer<?> answer, boolean there) {
    if (answer.temporaryFailure()) {
      return State.UNKNOWN;
    }
    return there ? State.THERE : answer.orEmpty().isEmpty() ? State.MISSING : State.OTHER;
  }

  /// Priority and weight are a matter of taste.
  private static boolean leads(SrvRecord srv, Wanted record) {
    return record.data().endsWith(" " + srv.port() + " " + srv.target() + ".");
  }

  /// A name of the web, by a CNAME or by addresses of its own.
  private State leadsHere(DomainName name) {
    Answer<InetAddress> answer = patient.resolver().lookup(name, RecordType.A);
    var addresses = new ArrayList<InetAddress>(answer.orEmpty());
    addresses.addAll(patient.resolver().lookup(name, RecordType.AAAA).orEmpty());
    if (addresses.isEmpty()) {
      return answer.temporaryFailure() ? State.UNKNOWN : State.MISSING;
    }
    return Collections.disjoint(addresses, NameChecks.addresses(patient))
        ? State.OTHER
        : State.THERE;
  }

  /// Programs ask by HTTPS there.
  private void certificate(Wanted record) {
    Optional<DomainName> host =
        Optional.of(record.owner()).filter(_ -> record.type().equals("CNAME"));
    if (host.isPresent()
        && patient.certificates().stream()
            .noneMatch(one -> CertificateNames.bearsAny(one, List.of(host.get())))) {
      findings.add(
          Finding.warning(
              CHECK, host.get().text(), SAY.clientsUncertified(), "facteur explain acme.names"));
    }
  }
}
