package net.facteur.server.alerts;

import java.time.LocalTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The hours in which nobody is told of what can wait, by the clock of this machine. They may go
/// past midnight.
///
/// @param from inclusive
/// @param to exclusive
public record QuietHours(LocalTime from, LocalTime to) {
  /// There are none.
  public static final QuietHours NONE = new QuietHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

  private static final String NO = "none";

  private static final Pattern FORM =
      Pattern.compile("([01]?[0-9]|2[0-3]):([0-5][0-9]) ?- ?([01]?[0-9]|2[0-3]):([0-5][0-9])");

  /// Reads `22:00-07:00`, or `none`.
  public static Optional<QuietHours> parse(String text) {
    if (text.equals(NO)) {
      return Optional.of(NONE);
    }
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new QuietHours(
                time(matcher.group(1), matcher.group(2)), time(matcher.group(3), matcher.group(4))))
        : Optional.empty();
  }

  private static LocalTime time(String hour, String minute) {
    return LocalTime.of(Integer.parseInt(hour), Integer.parseInt(minute));
  }

  /// True within them.
  public boolean contains(LocalTime time) {
    return from.isBefore(to)
        ? !time.isBefore(from) && time.isBefore(to)
        : !from.equals(to) && (!time.isBefore(from) || time.isBefore(to));
  }

  @Override
  public String toString() {
    return from.equals(to) ? NO : from + "-" + to;
  }
}
