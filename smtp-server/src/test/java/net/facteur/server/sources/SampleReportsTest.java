package net.facteur.server.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReportXml;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;

/// The samples of other projects, as the words have them.
class SampleReportsTest {
  private static final Path SAMPLES = Path.of("src/test/resources/conformance/dmarc-reports");

  private static List<AggregateReport> reports() throws IOException {
    var reports = new ArrayList<AggregateReport>();
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".xml")).sorted().toList()) {
        if (AggregateReportXml.parse(Files.readAllBytes(file))
            instanceof Parsed.Ok<AggregateReport>(AggregateReport report)) {
          reports.add(report);
        }
      }
    }
    assertTrue(reports.size() > 10, () -> "only " + reports.size() + " samples");
    return reports;
  }

  @Test
  void theNumbersOfASurveyAreTheSumsOfTheReports() throws IOException {
    Map<String, Long> messages = new HashMap<>();
    Map<String, Long> passed = new HashMap<>();
    var survey =
        new SourceSurvey(new OwnIdentity(Set.of(), Set.of(), Set.of()), KnownServices.shipped());
    for (AggregateReport report : reports()) {
      survey.add(report);
      if (!report.entries().isEmpty()) {
        String domain = report.policy().domain().strip().toLowerCase(Locale.ROOT);
        messages.merge(domain, report.messages(), Long::sum);
        passed.merge(
            domain,
            report.entries().stream()
                .filter(entry -> entry.evaluated().passed())
                .mapToLong(Entry::count)
                .sum(),
            Long::sum);
      }
    }
    List<DomainSurvey> found = survey.found(HostNames.NONE);
    assertEquals(messages.keySet().size(), found.size());
    for (DomainSurvey each : found) {
      assertEquals(messages.get(each.domain()), each.messages(), each::domain);
      assertEquals(passed.get(each.domain()), each.passed(), each::domain);
      assertEquals(
          each.messages(),
          each.byDay().values().stream().mapToLong(DayCount::messages).sum(),
          each::domain);
    }
  }

  @Test
  void everySampleCanBeSaidAndDrawnInEachLanguage() throws IOException {
    for (AggregateReport report : reports()) {
      if (report.entries().isEmpty()) {
        continue;
      }
      DomainSurvey survey = SourceSurveyTest.survey(report);
      for (Language language : Language.known()) {
        assertFalse(SurveyWords.of(survey).in(language).isBlank());
        assertFalse(SurveyWords.plot(survey, language).steps().isEmpty());
        for (Advice advice : Advisor.of(survey)) {
          assertFalse(SurveyWords.of(advice, survey.domain()).in(language).isBlank());
        }
      }
    }
  }
}
