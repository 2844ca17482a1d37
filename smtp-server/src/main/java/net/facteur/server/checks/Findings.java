package net.facteur.server.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.config.Mistake;
import net.facteur.server.doctor.Finding;
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

  /// What stops nothing.
  public List<Mistake> warnings() {
    return Stream.concat(kept.stream(), cautions.stream()).toList();
  }

  /// The same for the doctor, whose reader decides what to do first.
  public List<Finding> forDoctor() {
    var all = new ArrayList<Finding>();
    mistakes.forEach(mistake -> all.add(finding(mistake, Finding.Level.ERROR)));
    warnings().forEach(caution -> all.add(finding(caution, Finding.Level.WARNING)));
    return all.isEmpty()
        ? List.of(Finding.ok("settings", "mail.conf", ChecksTexts.SAY.settingsGood()))
        : all;
  }

  private static Finding finding(Mistake mistake, Finding.Level level) {
    return new Finding(
        "settings",
        mistake.where().text(),
        level,
        Text.of(mistake.what()),
        mistake.remedy().isEmpty() ? List.of() : mistake.remedy().lines().toList());
  }

  /// The mistakes as texts for people, one after the other.
  public List<String> refusals() {
    return mistakes.stream().map(Mistake::text).toList();
  }
}
