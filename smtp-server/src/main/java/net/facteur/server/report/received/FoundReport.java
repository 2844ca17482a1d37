package net.facteur.server.report.received;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.tlsrpt.TlsReport;

/// A report as it came.
public sealed interface FoundReport {
  /// On mail in the name of a domain.
  record Dmarc(AggregateReport report) implements FoundReport {}

  /// On TLS with the hosts of a domain.
  record Tls(TlsReport report) implements FoundReport {}

  /// On one message that failed DMARC. It may hold that message, so it is shown and never kept.
  ///
  /// @param fields of `message/feedback-report`, names in lower case
  /// @spec https://www.rfc-editor.org/rfc/rfc9991 RFC 9991: DMARC Failure Reporting
  /// @spec https://www.rfc-editor.org/rfc/rfc6591#section-3 RFC 6591, section 3: Extension ARF
  ///   Fields for Authentication Failure Reporting
  record Failure(Map<String, List<String>> fields) implements FoundReport {
    public Failure {
      fields = Map.copyOf(fields);
    }

    /// The first value of a field.
    public Optional<String> first(String name) {
      return fields.getOrDefault(name, List.of()).stream().findFirst();
    }
  }
}
