package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfOutcome;

/// What was found out about a message, for programs.
final class ReportJson {
  private ReportJson() {}

  static Map<String, Object> of(AuthenticationReport report, String authservId, boolean steps) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("spf", spf(report.spfHelo(), report.spfMailFrom(), steps));
    all.put("dkim", report.signatures().stream().map(s -> signature(s, steps)).toList());
    all.put("adsp", report.adsp().result().word());
    all.put("dmarc", dmarc(report.dmarc(), steps));
    all.put("arc", arc(report.arc(), steps));
    all.put(
        "authentication_results",
        report.toAuthenticationResults(authservId).toField().unfolded().strip());
    return all;
  }

  static Map<String, Object> spf(SpfOutcome helo, SpfOutcome mailFrom, boolean steps) {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("helo", spf(helo, steps));
    both.put("mailfrom", spf(mailFrom, steps));
    return both;
  }

  private static Map<String, Object> spf(SpfOutcome outcome, boolean steps) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    put(fields, "domain", outcome.domain());
    fields.put("explanation", outcome.explanation().text());
    fields.put("mechanism", outcome.mechanism());
    fields.put("problem", outcome.problem());
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static Map<String, Object> signature(DkimOutcome outcome, boolean steps) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    put(fields, "domain", outcome.domain());
    outcome.selector().ifPresent(selector -> fields.put("selector", selector));
    outcome.algorithm().ifPresent(algorithm -> fields.put("algorithm", algorithm));
    fields.put("reason", outcome.reason());
    fields.put("key_bits", outcome.keyBits());
    fields.put("testing", outcome.testing());
    outcome.bodyLength().ifPresent(length -> fields.put("unsigned_octets", length.unsigned()));
    if (steps) {
      var list = new ArrayList<Map<String, Object>>();
      for (DkimOutcome.Step step : outcome.steps()) {
        list.add(Map.of("what", step.what(), "good", step.good(), "finding", step.finding()));
      }
      fields.put("steps", list);
    }
    return fields;
  }

  private static Map<String, Object> dmarc(DmarcOutcome outcome, boolean steps) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    switch (outcome) {
      case DmarcOutcome.Evaluated e -> {
        fields.put("author_domain", e.authorDomain().text());
        fields.put("policy_domain", e.policyDomain().text());
        put(fields, "organizational_domain", e.organizationalDomain());
        fields.put("policy", e.declared().word());
        fields.put("policy_tag", e.policySource().tag());
        fields.put("applied_policy", e.applied().word());
        Map<String, Object> alignment = new LinkedHashMap<>();
        alignment.put("spf", e.aligned(AuthenticatedIdentifier.Mechanism.SPF));
        alignment.put("dkim", e.aligned(AuthenticatedIdentifier.Mechanism.DKIM));
        fields.put("alignment", alignment);
        fields.put("disposition", e.disposition().handling().word());
      }
      case DmarcOutcome.NotApplicable none -> {
        fields.put("author_domain", none.authorDomain().text());
        fields.put("reason", none.reason());
      }
      case DmarcOutcome.Undetermined unclear -> fields.put("reason", unclear.reason());
    }
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static Map<String, Object> arc(ArcOutcome outcome, boolean steps) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("cv", outcome.status().word());
    fields.put("reason", outcome.reason());
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static void steps(Map<String, Object> fields, List<String> trace, boolean wanted) {
    if (wanted) {
      fields.put("steps", trace);
    }
  }

  private static void put(Map<String, Object> fields, String name, Optional<DomainName> value) {
    value.ifPresent(domain -> fields.put(name, domain.text()));
  }
}
