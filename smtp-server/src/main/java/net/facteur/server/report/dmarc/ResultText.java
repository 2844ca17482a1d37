package net.facteur.server.report.dmarc;

import java.util.List;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Results as text for the database: the same text for the same result.
final class ResultText {
  private final JsonMapper json = new JsonMapper();

  String print(CountedMail.Result result) {
    return json.writeValueAsString(
        List.of(
            result.headerFrom(),
            result.envelopeFrom(),
            result.envelopeTo(),
            result.disposition(),
            word(result.dkim()),
            word(result.spf()),
            result.reasons().stream().map(r -> List.of(r.type(), r.comment())).toList(),
            result.signatures().stream()
                .map(s -> List.of(s.domain(), s.selector(), s.result()))
                .toList(),
            result.spfDomain(),
            result.spfResult()));
  }

  private static String word(boolean pass) {
    return pass ? "pass" : "fail";
  }

  Entry entry(String source, long messages, String text) {
    JsonNode parts = json.readTree(text);
    String spfDomain = text(parts, 8);
    return new Entry(
        source,
        messages,
        new Evaluated(
            text(parts, 3),
            text(parts, 4),
            text(parts, 5),
            parts
                .path(6)
                .valueStream()
                .map(reason -> new PolicyOverride(text(reason, 0), text(reason, 1)))
                .toList()),
        new Identifiers(text(parts, 0), text(parts, 1), text(parts, 2)),
        parts
            .path(7)
            .valueStream()
            .map(dkim -> new DkimResult(text(dkim, 0), text(dkim, 1), text(dkim, 2), ""))
            .toList(),
        spfDomain.isEmpty()
            ? List.of()
            : List.of(new SpfResult(spfDomain, "mfrom", text(parts, 9), "")));
  }

  private static String text(JsonNode parts, int at) {
    return parts.path(at).asString("");
  }
}
