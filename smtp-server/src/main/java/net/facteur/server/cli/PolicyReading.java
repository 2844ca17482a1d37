package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.language.Text;

/// What an MTA-STS policy means for the mail to a domain.
///
/// @param fits mail goes to every host of the domain as the policy is
record PolicyReading(List<Line> lines, boolean fits) {
  private static final TlsTexts SAY = TlsTexts.SAY;
  private static final Text MX = Text.of("mx");

  PolicyReading {
    lines = List.copyOf(lines);
  }

  /// @param right `found` is as it should be
  record Line(Text what, Text found, boolean right) {}

  /// Compares a policy with the hosts that mail goes to.
  static PolicyReading of(DomainName domain, MtaStsPolicyText policy, Answer<MxRecord> answer) {
    return switch (policy.mode()) {
      // RFC 8461, 5: with "none" senders treat the domain as if it had no policy
      case NONE -> of(new Line(SAY.stsMode("none"), SAY.stsModeNone(), true));
      case TESTING -> {
        var lines = new ArrayList<Line>();
        lines.add(new Line(SAY.stsMode("testing"), SAY.stsModeTesting(), true));
        lines.addAll(hosts(domain, policy, answer));
        yield new PolicyReading(lines, lines.stream().allMatch(Line::right));
      }
      case ENFORCE -> {
        List<Line> lines = hosts(domain, policy, answer);
        yield new PolicyReading(lines, lines.stream().allMatch(Line::right));
      }
    };
  }

  private static PolicyReading of(Line line) {
    return new PolicyReading(List.of(line), line.right());
  }

  private static List<Line> hosts(
      DomainName domain, MtaStsPolicyText policy, Answer<MxRecord> answer) {
    return switch (answer) {
      case Answer.Failed<MxRecord> _, Answer.Bogus<MxRecord> _ ->
          List.of(new Line(MX, SAY.stsNoAnswer(), false));
      // RFC 5321, 5.1: without MX records the domain itself is the host
      case Answer.NoData<MxRecord> _ -> List.of(host(domain, policy));
      case Answer.NxDomain<MxRecord> _ -> List.of(new Line(MX, SAY.stsNoDomain(domain), false));
      case Answer.Records<MxRecord> records ->
          records.values().stream()
              .map(MxRecord::exchange)
              .map(
                  host ->
                      host.equals(DomainName.ROOT)
                          ? new Line(MX, SAY.stsNoMail(), true)
                          : host(host, policy))
              .toList();
    };
  }

  private static Line host(DomainName host, MtaStsPolicyText policy) {
    return policy.allows(host)
        ? new Line(MX, SAY.stsNamed(host), true)
        : new Line(MX, SAY.stsNotNamed(host), false);
  }

  /// Why a domain has no record that can be used.
  static Text withoutRecord(DomainName domain, Answer<TxtRecord> answer, String expected) {
    if (answer.temporaryFailure()) {
      return SAY.stsRecordUnanswered(domain);
    }
    long records =
        answer.orEmpty().stream()
            .filter(record -> Ascii.startsWithIgnoreCase(record.text(), "v=STSv1"))
            .count();
    if (records == 0) {
      return SAY.stsUnpublished(domain);
    }
    return records > 1 ? SAY.stsSeveral(domain, records) : SAY.stsBroken(domain, expected);
  }
}
