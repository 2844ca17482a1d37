package net.facteur.server.report.received;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Parts of reports as one text each: JSON arrays, equal for equal parts.
final class StoredText {
  private static final JsonMapper JSON = new JsonMapper();

  private StoredText() {}

  /// Names a text.
  static byte[] digest(String text) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(whole, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String text(Object... parts) {
    return JSON.writeValueAsString(List.of(parts));
  }

  /// Names a report of an organization.
  static byte[] key(String... parts) {
    return digest(JSON.writeValueAsString(parts));
  }

  /// Everything about a report but its times, its id and its entries.
  static String head(Metadata metadata, PublishedPolicy policy) {
    return text(
        metadata.email(),
        metadata.extraContact(),
        metadata.errors(),
        metadata.generator(),
        policy.discoveryMethod(),
        policy.p(),
        policy.sp(),
        policy.np(),
        policy.adkim(),
        policy.aspf(),
        policy.fo(),
        policy.testing(),
        policy.pct().isPresent() ? Integer.toString(policy.pct().getAsInt()) : "");
  }

  static Metadata metadata(
      JsonNode head, String organization, String id, Instant begin, Instant end) {
    return new Metadata(
        organization,
        at(head, 0),
        at(head, 1),
        id,
        begin,
        end,
        head.path(2).valueStream().map(error -> error.asString("")).toList(),
        at(head, 3));
  }

  static PublishedPolicy policy(JsonNode head, String domain) {
    String pct = at(head, 12);
    return new PublishedPolicy(
        domain,
        at(head, 4),
        at(head, 5),
        at(head, 6),
        at(head, 7),
        at(head, 8),
        at(head, 9),
        at(head, 10),
        at(head, 11),
        pct.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(pct)));
  }

  /// Everything about an entry but its address and its number.
  static String outcome(Entry entry) {
    Evaluated evaluated = entry.evaluated();
    Identifiers identifiers = entry.identifiers();
    return text(
        evaluated.disposition(),
        evaluated.dkim(),
        evaluated.spf(),
        evaluated.reasons().stream().map(r -> List.of(r.type(), r.comment())).toList(),
        identifiers.headerFrom(),
        identifiers.envelopeFrom(),
        identifiers.envelopeTo(),
        entry.dkim().stream()
            .map(d -> List.of(d.domain(), d.selector(), d.result(), d.humanResult()))
            .toList(),
        entry.spf().stream()
            .map(s -> List.of(s.domain(), s.scope(), s.result(), s.humanResult()))
            .toList());
  }

  /// The entry of an outcome.
  static Entry entry(String outcome, String sourceIp, long count) {
    JsonNode parts = read(outcome);
    var reasons = new ArrayList<PolicyOverride>();
    parts.path(3).forEach(r -> reasons.add(new PolicyOverride(at(r, 0), at(r, 1))));
    var dkim = new ArrayList<DkimResult>();
    parts.path(7).forEach(d -> dkim.add(new DkimResult(at(d, 0), at(d, 1), at(d, 2), at(d, 3))));
    var spf = new ArrayList<SpfResult>();
    parts.path(8).forEach(s -> spf.add(new SpfResult(at(s, 0), at(s, 1), at(s, 2), at(s, 3))));
    return new Entry(
        sourceIp,
        count,
        new Evaluated(at(parts, 0), at(parts, 1), at(parts, 2), reasons),
        new Identifiers(at(parts, 4), at(parts, 5), at(parts, 6)),
        dkim,
        spf);
  }

  /// A policy without its numbers and its domain.
  static String policy(PolicyResult policy) {
    return text(policy.type(), policy.strings(), policy.mxHosts());
  }

  static PolicyResult policy(
      String text,
      String domain,
      OptionalLong successes,
      OptionalLong failures,
      List<FailureDetails> details) {
    JsonNode parts = read(text);
    return new PolicyResult(
        at(parts, 0),
        strings(parts.path(1)),
        domain,
        strings(parts.path(2)),
        successes,
        failures,
        details);
  }

  /// A failure without its number.
  static String failure(FailureDetails failure) {
    return text(
        failure.type(),
        failure.sendingIp(),
        failure.receivingHost(),
        failure.receivingHelo(),
        failure.receivingIp(),
        failure.additionalInformation(),
        failure.reasonCode());
  }

  static FailureDetails failure(String text, OptionalLong count) {
    JsonNode parts = read(text);
    return new FailureDetails(
        at(parts, 0),
        at(parts, 1),
        at(parts, 2),
        at(parts, 3),
        at(parts, 4),
        count,
        at(parts, 5),
        at(parts, 6));
  }

  /// The domains of a report on TLS.
  static List<String> domains(TlsReport report) {
    return report.policies().stream().map(PolicyResult::domain).distinct().toList();
  }

  static JsonNode read(String text) {
    return JSON.readTree(text);
  }

  private static List<String> strings(JsonNode node) {
    return node.valueStream().map(each -> each.asString("")).toList();
  }

  private static String at(JsonNode array, int index) {
    return array.path(index).asString("");
  }
}
