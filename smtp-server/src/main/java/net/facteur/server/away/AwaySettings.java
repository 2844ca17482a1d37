package net.facteur.server.away;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.integer;

import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.routing.RoutingSettings;

/// Who answers while users are away, and how often.
///
/// @param by who answers for users
/// @param bounds of what is answered in a day
public record AwaySettings(By by, AnswerMemory.Bounds bounds) {
  public static final Setting<Boolean> ANSWERS =
      Setting.optional(
          "away.answers",
          bool(),
          "true, but false where Dovecot is joined or mailboxes.lmtp is set: there the program that"
              + " keeps the mailboxes answers, by Sieve",
          "true",
          "Whether this server answers for users who are away (`facteur away set`, or the pages)."
              + " Two programs that answer would answer twice. For users who left, it answers"
              + " always.");

  public static final Setting<Integer> EACH =
      Setting.of(
          "away.most-each",
          integer(1, 10_000),
          100,
          "How many answers one address may give in 24 hours. Beyond, mail is taken like any other,"
              + " and not answered.");

  public static final Setting<Integer> ALL =
      Setting.of(
          "away.most-in-all",
          integer(1, 100_000),
          2_000,
          "How many answers all addresses together may give in 24 hours.");

  /// Rows about absences.
  public static final Rows ROWS = Rows.of(ANSWERS, EACH, ALL);

  /// Who answers for users.
  public enum By {
    /// This server.
    US,
    /// Dovecot, by Sieve.
    DOVECOT,
    /// Whoever takes mail by LMTP.
    LMTP,
    /// Nobody, as the settings say.
    NOBODY
  }

  public static AwaySettings from(Settings settings) {
    return new AwaySettings(
        by(settings), new AnswerMemory.Bounds(settings.get(EACH), settings.get(ALL)));
  }

  private static By by(Settings settings) {
    if (settings.find(ANSWERS).isPresent()) {
      return settings.find(ANSWERS).get() ? By.US : By.NOBODY;
    }
    if (ImapSettings.from(settings).joined()) {
      return By.DOVECOT;
    }
    return RoutingSettings.from(settings).lmtp().isPresent() ? By.LMTP : By.US;
  }
}
