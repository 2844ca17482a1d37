package net.facteur.server.sources;

import static net.facteur.server.sources.SourcesTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.report.received.ReceivedReports;

/// What the reports of others say, in the weekly letter: the sums of the week, and what follows
/// from the five weeks before.
///
/// @param opening makes surveys; closed after each letter
public record ReportsInLetter(Surveys.Opening opening) implements LetterPart {
  /// Enough for the four weeks that a judgement on a policy needs, and for reports that come late.
  private static final Duration LOOK_BACK = Duration.ofDays(36);

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<Surveys> opened = opening.open();
    if (opened.isEmpty()) {
      return new Said.Nothing();
    }
    try (ReceivedReports _ = opened.get().reports()) {
      return tell(opened.get(), from, to);
    }
  }

  private static Said tell(Surveys surveys, Instant from, Instant to) throws IOException {
    var calm = new ArrayList<Text>();
    var items = new ArrayList<Text>();
    List<DomainSurvey> week = surveys.dmarc(Optional.empty(), from, to);
    for (DomainSurvey survey : surveys.dmarc(Optional.empty(), to.minus(LOOK_BACK), to)) {
      Text sums =
          week.stream()
              .filter(one -> one.domain().equals(survey.domain()))
              .findFirst()
              .<Text>map(
                  one ->
                      SAY.letterSums(
                          SurveyWords.shown(one.domain()),
                          one.messages(),
                          one.passed(),
                          one.failed()))
              .orElseGet(() -> SAY.letterNone(SurveyWords.shown(survey.domain())));
      List<Text> advice =
          Advisor.of(survey).stream()
              .filter(ReportsInLetter::needsAHand)
              .map(each -> SurveyWords.of(each, survey.domain()))
              .toList();
      (advice.isEmpty() ? calm : items).add(sums);
      items.addAll(advice);
    }
    for (TlsSurvey survey : surveys.tls(Optional.empty(), to.minus(LOOK_BACK), to)) {
      switch (survey.step()) {
        case REPAIR, ENFORCE -> items.add(SurveyWords.of(survey));
        case NO_POLICY, WAIT, WELL ->
            calm.add(
                SAY.letterTls(
                    SurveyWords.shown(survey.domain()),
                    survey.successes() + survey.failures(),
                    survey.failures()));
      }
    }
    if (!items.isEmpty()) {
      items.add(SAY.letterSee());
      var all = new ArrayList<Text>(calm);
      all.addAll(items);
      return new Said.News(SAY.letterHeading(), all);
    }
    return calm.isEmpty() ? new Said.Nothing() : new Said.Calm(Text.joined(" ", calm));
  }

  private static boolean needsAHand(Advice advice) {
    return switch (advice) {
      case Advice.Trouble _, Advice.Tighten _ -> true;
      case Advice.Changed _, Advice.Strangers _, Advice.StayFor _, Advice.Strictest _ -> false;
    };
  }
}
