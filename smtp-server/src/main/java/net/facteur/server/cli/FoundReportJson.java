package net.facteur.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.auth.tlsrpt.TlsReportJson;
import net.facteur.server.report.received.FoundReport;
import tools.jackson.databind.json.JsonMapper;

/// A report of somebody else, for programs.
final class FoundReportJson {
  private FoundReportJson() {}

  static Map<String, Object> of(FoundReport found) {
    Map<String, Object> all = new LinkedHashMap<>();
    switch (found) {
      case FoundReport.Dmarc(AggregateReport report) -> {
        all.put("kind", "dmarc");
        dmarc(all, report);
      }
      case FoundReport.Tls(TlsReport report) -> {
        all.put("kind", "tls");
        all.put("successes", report.successes());
        all.put("failures", report.failures());
        all.put("report", new JsonMapper().readTree(new TlsReportJson().print(report)));
      }
      case FoundReport.Failure failure -> {
        all.put("kind", "failure");
        all.put("fields", failure.fields());
      }
    }
    return all;
  }

  private static void dmarc(Map<String, Object> all, AggregateReport report) {
    Metadata metadata = report.metadata();
    all.put("organization", metadata.organization());
    all.put("email", metadata.email());
    all.put("extra_contact_info", metadata.extraContact());
    all.put("report_id", metadata.id());
    all.put("begin", metadata.begin().toString());
    all.put("end", metadata.end().toString());
    all.put("errors", metadata.errors());
    all.put("generator", metadata.generator());
    all.put("messages", report.messages());
    all.put("passed", passed(report));
    all.put("policy", policy(report.policy()));
    all.put("records", report.entries().stream().map(FoundReportJson::entry).toList());
  }

  /// Messages that passed DMARC.
  static long passed(AggregateReport report) {
    return report.entries().stream()
        .filter(entry -> entry.evaluated().passed())
        .mapToLong(Entry::count)
        .sum();
  }

  private static Map<String, Object> policy(PublishedPolicy policy) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("domain", policy.domain());
    fields.put("discovery_method", policy.discoveryMethod());
    fields.put("p", policy.p());
    fields.put("sp", policy.sp());
    fields.put("np", policy.np());
    fields.put("adkim", policy.adkim());
    fields.put("aspf", policy.aspf());
    fields.put("fo", policy.fo());
    fields.put("testing", policy.testing());
    policy.pct().ifPresent(pct -> fields.put("pct", pct));
    return fields;
  }

  private static Map<String, Object> entry(Entry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("source_ip", entry.sourceIp());
    fields.put("messages", entry.count());
    fields.put("passed", entry.evaluated().passed());
    fields.put("evaluated", entry.evaluated());
    fields.put("identifiers", entry.identifiers());
    fields.put("dkim", entry.dkim());
    fields.put("spf", entry.spf());
    return fields;
  }
}
