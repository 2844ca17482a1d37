package net.facteur.server.routes;

import static net.facteur.server.routes.RoutesTexts.SAY;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.text.StrangerText;

/// Tells the postmaster that mail takes another way, and when it no longer does.
///
/// @param notices how
public record FallbackNotices(Notices notices) {
  void began(Target target, Standing.Reason reason, String way, Instant since, String said) {
    String provider = target.provider();
    String quoted = StrangerText.of(said).onTerminal();
    switch (reason) {
      case POLICY ->
          tell(
              SAY.policySubject(provider),
              Text.paragraphs(
                  SAY.policy(provider, quoted),
                  SAY.now(provider, way),
                  SAY.listed(provider),
                  SAY.remedy(provider)));
      case DOWN ->
          tell(
              SAY.downSubject(provider),
              Text.paragraphs(
                  SAY.down(provider, time(since), quoted),
                  SAY.now(provider, way),
                  SAY.remedy(provider)));
      case HAND -> {} // whoever did it knows
    }
  }

  void ended(Target target, Instant since, String way) {
    tell(SAY.backSubject(target.provider()), SAY.back(target.provider(), time(since), way));
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES).toString();
  }

  private void tell(Text subject, Text text) {
    notices.tell(new Notices.Notice(subject, text));
  }
}
