package net.facteur.server.destinations;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.destinations.DestinationsTexts.SAY;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;

/// How long destinations are remembered, and how fast mail goes there.
///
/// @param kept how long hours are remembered
/// @param most attempts at a time to one provider
/// @param warmUp how a new address begins
public record DestinationsSettings(Duration kept, int most, Optional<WarmUp> warmUp) {
  public static final Setting<Duration> KEPT =
      Setting.of(
              "destinations.history",
              duration(Duration.ofDays(1), Duration.ofDays(366)),
              Duration.ofDays(30),
              "How long it is remembered how mail fared at each provider, by the hour. `facteur"
                  + " destinations` shows it.")
          .atStart();

  public static final Setting<Integer> MOST =
      Setting.of(
              "destinations.attempts",
              integer(1, 1_000),
              50,
              "The most attempts at a time to one provider, however many domains lie there. A"
                  + " provider that asks for less gets less by itself.")
          .atStart();

  public static final Setting<LocalDate> WARM_UP =
      Setting.<LocalDate>optional(
              "destinations.warm-up-since",
              day(),
              "no bound",
              "2026-12-01",
              "The day from which this server sends from a new address. From then on each provider"
                  + " gets destinations.warm-up-first-day messages on the first day, and half as"
                  + " many more each day; the rest waits in the queue. Big providers distrust"
                  + " addresses that send much at once.")
          .atStart();

  public static final Setting<Integer> FIRST_DAY =
      Setting.of(
              "destinations.warm-up-first-day",
              integer(1, 100_000),
              50,
              "How many messages a provider gets on the first day of a new address.")
          .atStart();

  public static final Rows ROWS = Rows.of(KEPT, MOST, WARM_UP, FIRST_DAY);

  private static SettingType<LocalDate> day() {
    return SettingTypes.scalar(
        SAY.day(),
        SAY.dayBounds(),
        text -> {
          try {
            return Reading.good(LocalDate.parse(text));
          } catch (DateTimeParseException _) {
            return Reading.wrong(SAY.notDay(text));
          }
        },
        LocalDate::toString);
  }

  public static DestinationsSettings from(Settings settings) {
    return new DestinationsSettings(
        settings.get(KEPT),
        settings.get(MOST),
        settings.find(WARM_UP).map(since -> new WarmUp(since, settings.get(FIRST_DAY))));
  }
}
