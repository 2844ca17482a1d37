package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfOutcome;
import org.jspecify.annotations.Nullable;

/// What was found out about a message, for programs. Every key is always there, with `null` where
/// there is nothing to say.
///
/// @param organizations gives the organizational domain of an author domain that DMARC did not
///   need; empty where it cannot be found
record ReportJson(Function<DomainName, Optional<DomainName>> organizations) {
  /// @param near what failed signatures would fit, signature by signature
  Map<String, @Nullable Object> of(
      AuthenticationReport report, List<List<String>> near, String authservId, boolean steps) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("spf", spf(report.spfHelo(), report.spfMailFrom(), steps));
    var signatures = new ArrayList<Map<String, @Nullable Object>>();
    for (int i = 0; i < report.signatures().size(); i++) {
      signatures.add(signature(report.signatures().get(i), near.get(i), steps));
    }
    all.put("dkim", signatures);
    all.put("adsp", report.adsp().result().word());
    all.put("dmarc", dmarc(report.dmarc(), steps));
    all.put("arc", arc(report.arc(), steps));
    all.put(
        "authentication_results",
        report.toAuthenticationResults(authservId).toField().unfolded().strip());
    return all;
  }

  static Map<String, @Nullable Object> spf(SpfOutcome helo, SpfOutcome mailFrom, boolean steps) {
    Map<String, @Nullable Object> both = new LinkedHashMap<>();
    both.put("helo", spf(helo, steps));
    both.put("mailfrom", spf(mailFrom, steps));
    return both;
  }

  private static Map<String, @Nullable Object> spf(SpfOutcome outcome, boolean steps) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    put(fields, "domain", outcome.domain());
    fields.put("explanation", outcome.explanation().text());
    fields.put("mechanism", outcome.mechanism());
    fields.put("problem", outcome.problem());
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static Map<String, @Nullable Object> signature(
      DkimOutcome outcome, List<String> near, boolean steps) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    put(fields, "domain", outcome.domain());
    fields.put("selector", outcome.selector().orElse(null));
    fields.put("algorithm", outcome.algorithm().orElse(null));
    fields.put("reason", outcome.reason());
    fields.put("nearly", near);
    fields.put("key_bits", outcome.keyBits());
    fields.put("testing", outcome.testing());
    fields.put(
        "unsigned_octets", outcome.bodyLength().map(DkimOutcome.BodyLength::unsigned).orElse(0L));
    if (steps) {
      var list = new ArrayList<Map<String, Object>>();
      for (DkimOutcome.Step step : outcome.steps()) {
        list.add(Map.of("what", step.what(), "good", step.good(), "finding", step.finding()));
      }
      fields.put("steps", list);
    }
    return fields;
  }

  private Map<String, @Nullable Object> dmarc(DmarcOutcome outcome, boolean steps) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("result", outcome.result().word());
    Optional<DomainName> author = author(outcome);
    put(fields, "author_domain", author);
    switch (outcome) {
      case DmarcOutcome.Evaluated e -> {
        fields.put("policy_domain", e.policyDomain().text());
        put(
            fields,
            "organizational_domain",
            e.organizationalDomain().or(() -> organizations.apply(e.authorDomain())));
        fields.put("policy", e.declared().word());
        fields.put("policy_tag", e.policySource().tag());
        fields.put("applied_policy", e.applied().word());
        Map<String, @Nullable Object> alignment = new LinkedHashMap<>();
        alignment.put("spf", e.aligned(AuthenticatedIdentifier.Mechanism.SPF));
        alignment.put("dkim", e.aligned(AuthenticatedIdentifier.Mechanism.DKIM));
        fields.put("alignment", alignment);
        fields.put("disposition", e.disposition().handling().word());
        fields.put("reason", "");
      }
      case DmarcOutcome.NotApplicable none -> withoutPolicy(fields, author, none.reason());
      case DmarcOutcome.Undetermined unclear -> withoutPolicy(fields, author, unclear.reason());
    }
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static Optional<DomainName> author(DmarcOutcome outcome) {
    return switch (outcome) {
      case DmarcOutcome.Evaluated e -> Optional.of(e.authorDomain());
      case DmarcOutcome.NotApplicable none -> Optional.of(none.authorDomain());
      case DmarcOutcome.Undetermined unclear -> unclear.authorDomains().stream().findFirst();
    };
  }

  private void withoutPolicy(
      Map<String, @Nullable Object> fields, Optional<DomainName> author, String reason) {
    fields.put("policy_domain", null);
    put(fields, "organizational_domain", author.flatMap(organizations));
    for (String name : List.of("policy", "policy_tag", "applied_policy")) {
      fields.put(name, null);
    }
    Map<String, @Nullable Object> alignment = new LinkedHashMap<>();
    alignment.put("spf", false);
    alignment.put("dkim", false);
    fields.put("alignment", alignment);
    fields.put("disposition", "none");
    fields.put("reason", reason);
  }

  private static Map<String, @Nullable Object> arc(ArcOutcome outcome, boolean steps) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("cv", outcome.status().word());
    fields.put("reason", outcome.reason());
    steps(fields, outcome.trace(), steps);
    return fields;
  }

  private static void steps(
      Map<String, @Nullable Object> fields, List<String> trace, boolean wanted) {
    if (wanted) {
      fields.put("steps", trace);
    }
  }

  private static void put(
      Map<String, @Nullable Object> fields, String name, Optional<DomainName> value) {
    fields.put(name, value.map(DomainName::text).orElse(null));
  }
}
