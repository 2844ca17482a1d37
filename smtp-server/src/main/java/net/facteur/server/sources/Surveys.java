package net.facteur.server.sources;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.report.received.ReceivedReports.Span;

/// Makes surveys of the reports that were kept.
///
/// @param reports of others
/// @param own how this server is known in them
/// @param services that are known
/// @param names of hosts
public record Surveys(
    ReceivedReports reports, OwnIdentity own, KnownServices services, HostNames names) {
  /// Domains with reports on TLS that are looked at.
  private static final int MOST_DOMAINS = 1_000;

  /// Opens the reports that are kept. Blocks. Whoever opens them closes them.
  @FunctionalInterface
  public interface Opening {
    /// @return empty where none were ever kept
    Optional<Surveys> open() throws IOException;
  }

  /// Those of DMARC, by domain. Blocks.
  ///
  /// @param domain this one only; empty for all
  public List<DomainSurvey> dmarc(Optional<String> domain, Instant from, Instant to)
      throws IOException {
    var survey = new SourceSurvey(own, services);
    reports.dmarc(
        span(domain, from, to), (head, entry) -> survey.add(head.metadata(), head.policy(), entry));
    return survey.found(names);
  }

  /// Those of TLS, by domain. Blocks.
  ///
  /// @param domain this one only; empty for all
  public List<TlsSurvey> tls(Optional<String> domain, Instant from, Instant to) throws IOException {
    Map<String, TlsSurvey.Builder> builders = new LinkedHashMap<>();
    reports.tls(
        span(domain, from, to),
        received -> {
          var about = new TreeSet<String>();
          received
              .report()
              .policies()
              .forEach(policy -> about.add(policy.domain().toLowerCase(Locale.ROOT)));
          for (String name : about) {
            boolean wanted =
                domain.map(name::equals).orElse(true)
                    && (builders.containsKey(name) || builders.size() < MOST_DOMAINS);
            if (wanted) {
              builders.computeIfAbsent(name, TlsSurvey.Builder::new).add(received.report());
            }
          }
        });
    var found = new ArrayList<TlsSurvey>();
    builders.values().forEach(builder -> builder.found().ifPresent(found::add));
    return found;
  }

  private static Span span(Optional<String> domain, Instant from, Instant to) {
    return new Span(domain.map(name -> name.toLowerCase(Locale.ROOT)), from, to);
  }
}
