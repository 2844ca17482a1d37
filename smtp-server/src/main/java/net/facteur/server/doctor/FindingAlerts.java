package net.facteur.server.doctor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.facteur.server.alerts.AlertCheck;
import net.facteur.server.alerts.AlertRule;
import net.facteur.server.alerts.AlertTexts;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What the last examination found and nobody should wait to read: an address of ours on a list of
/// spam senders, a backup that is missing.
///
/// @param rule [AlertRule#BLOCKLIST] or [AlertRule#BACKUP]
/// @param last what the last examination found; empty before the first, when nobody knows
public record FindingAlerts(AlertRule rule, Supplier<Optional<Examination.Examined>> last)
    implements AlertCheck {
  /// Checks whose findings are told as alerts, here or by a check of their own. The daily mail does
  /// not come for their sake.
  static final Set<String> CHECKS =
      Set.of(AlertRule.BLOCKLIST.word(), AlertRule.BACKUP.word(), "disk", "queue");

  @Override
  public Set<AlertRule> rules() {
    return Set.of(rule);
  }

  @Override
  public Looked look(Instant now) {
    List<Finding> findings =
        last.get().stream()
            .flatMap(examined -> examined.findings().stream())
            .filter(finding -> finding.check().equals(rule.word()))
            .toList();
    boolean doubtful =
        rule == AlertRule.BLOCKLIST
            && findings.stream().anyMatch(f -> f.level() == Finding.Level.WARNING);
    return last.get().isEmpty() || doubtful
        ? new Looked.Unknown()
        : new Looked.Known(
            findings.stream()
                .filter(finding -> finding.level() != Finding.Level.OK)
                .map(this::standing)
                .toList());
  }

  private Standing standing(Finding finding) {
    String subject = finding.subject().in(Language.ENGLISH);
    return new Standing(
        rule,
        subject,
        rule == AlertRule.BLOCKLIST ? AlertTexts.SAY.blocklist(subject) : AlertTexts.SAY.backup(),
        finding.meaning(),
        finding.paste().isEmpty()
            ? AlertTexts.SAY.examine()
            : Text.lines(List.copyOf(finding.paste())));
  }
}
