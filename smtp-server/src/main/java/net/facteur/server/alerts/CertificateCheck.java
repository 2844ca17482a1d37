package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether certificates in service run out although they should have been renewed.
///
/// @param ends the ends of those in service, by the first name that each is for
/// @param least how long each should be good for
public record CertificateCheck(Ends ends, Duration least) implements AlertCheck {
  /// Reads them.
  @FunctionalInterface
  public interface Ends {
    Map<String, Instant> read() throws IOException;
  }

  @Override
  public Set<AlertRule> rules() {
    return Set.of(AlertRule.CERTIFICATE);
  }

  @Override
  public Looked look(Instant now) throws IOException {
    List<Standing> standing =
        ends.read().entrySet().stream()
            .filter(each -> each.getValue().isBefore(now.plus(least)))
            .map(each -> standing(each.getKey(), each.getValue(), now))
            .toList();
    return new Looked.Known(standing);
  }

  private static Standing standing(String name, Instant end, Instant now) {
    return new Standing(
        AlertRule.CERTIFICATE,
        name,
        end.isAfter(now)
            ? SAY.certificate(name, Duration.between(now, end).toDays())
            : SAY.certificateOver(name),
        SAY.certificateWhy(end.truncatedTo(ChronoUnit.MINUTES).toString()),
        SAY.certificateRemedy());
  }
}
