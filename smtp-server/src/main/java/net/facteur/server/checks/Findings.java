package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.doctor.Finding;
import net.facteur.server.keys.PinnedSelectors.Verdict;
import net.facteur.server.language.Text;

/// What the checks found.
///
/// @param mistakes the server does not start with these
/// @param cautions legal, and hardly meant: they stop nothing, are counted and told
/// @param kept what does not go into service, or not yet, though nothing stops the server: what was
///   there before stays
public record Findings(List<Mistake> mistakes, List<Mistake> cautions, List<Mistake> kept) {
  public Findings {
    mistakes = List.copyOf(mistakes);
    cautions = List.copyOf(cautions);
    kept = List.copyOf(kept);
  }

  /// The same with what name servers say of the selectors in the settings, which a start asks for.
  ///
  /// @param where the line of a domain's selector
  public Findings withPinned(
      Map<DomainName, Verdict> verdicts, Function<DomainName, Origin> where) {
    var wrong = new ArrayList<>(mistakes);
    var hints = new ArrayList<>(cautions);
    verdicts.forEach(
        (domain, verdict) -> {
          switch (verdict) {
            case Verdict.Missing(Text problem, Text remedy) ->
                wrong.add(new Mistake(where.apply(domain), problem, SAY.either(remedy)));
            case Verdict.Unknown(Text why) ->
                hints.add(
                    new Mistake(
                        where.apply(domain),
                        SAY.selectorUnknown(why),
                        ConfigTexts.SAY.type("facteur dkim check " + domain)));
            case Verdict.Published(String lagging) -> {
              if (!lagging.isEmpty()) {
                hints.add(
                    new Mistake(
                        where.apply(domain),
                        SAY.selectorLagging(lagging),
                        ConfigTexts.SAY.type("facteur dkim check " + domain)));
              }
            }
          }
        });
    return new Findings(wrong, hints, kept);
  }

  /// The same with further hints.
  public Findings with(List<Mistake> hints) {
    return new Findings(mistakes, Stream.concat(cautions.stream(), hints.stream()).toList(), kept);
  }

  /// What stops nothing.
  public List<Mistake> warnings() {
    return Stream.concat(kept.stream(), cautions.stream()).toList();
  }

  /// The same for the doctor, whose reader decides what to do first.
  public List<Finding> forDoctor() {
    var all = new ArrayList<Finding>();
    mistakes.forEach(mistake -> all.add(finding(mistake, Finding.Level.ERROR)));
    warnings().forEach(caution -> all.add(finding(caution, Finding.Level.WARNING)));
    return all.isEmpty() ? List.of(Finding.ok("settings", "mail.conf", SAY.settingsGood())) : all;
  }

  private static Finding finding(Mistake mistake, Finding.Level level) {
    return new Finding(
        "settings",
        mistake.where().text(),
        level,
        mistake.what(),
        mistake.remedy().equals(Text.nothing()) ? List.of() : List.of(mistake.remedy()));
  }

  /// The mistakes, one after the other.
  public Text refusals() {
    return Text.lines(mistakes.stream().map(Mistake::text).toList());
  }
}
