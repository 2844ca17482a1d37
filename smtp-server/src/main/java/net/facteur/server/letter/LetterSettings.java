package net.facteur.server.letter;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.integer;

import java.time.DayOfWeek;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// When the letter goes out.
///
/// @param weekly whether it does
/// @param hour of the clock of this machine
public record LetterSettings(boolean weekly, DayOfWeek day, int hour) {
  public static final Setting<Boolean> WEEKLY =
      Setting.of(
          "letter.weekly",
          bool(),
          true,
          "Whether the postmaster gets a letter a week: what happened, what the reports of others"
              + " say, and what needs a hand. If nothing does, it is one line. `facteur letter`"
              + " shows the one that would be sent now.");

  public static final Setting<DayOfWeek> DAY =
      Setting.of(
          "letter.day",
          choice(DayOfWeek.class),
          DayOfWeek.MONDAY,
          "The day of the week on which the letter is sent.");

  public static final Setting<Integer> HOUR =
      Setting.of(
          "letter.hour", integer(0, 23), 7, "The hour of that day, by the clock of this machine.");

  /// Rows about the letter.
  public static final Rows ROWS = Rows.of(WEEKLY, DAY, HOUR);

  public static LetterSettings from(Settings settings) {
    return new LetterSettings(settings.get(WEEKLY), settings.get(DAY), settings.get(HOUR));
  }
}
