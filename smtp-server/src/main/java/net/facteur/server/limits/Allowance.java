package net.facteur.server.limits;

import java.util.Optional;

/// What one account may send. 0 is no limit.
///
/// @param hour recipients elsewhere within an hour
/// @param day within a day
/// @param newInDay of these, those within a day to whom it never wrote before
public record Allowance(int hour, int day, int newInDay) {
  /// The most that can be said.
  static final int MOST = 1_000_000;

  /// How much of a limit is held before mail is put off.
  private static final int REFUSED_BEYOND = 3;

  /// Reads `hour=1000 day=3000 new=900`; what is not named is that of `usual`.
  static Optional<Allowance> parse(String text, Allowance usual) {
    Allowance read = usual;
    for (String word : text.strip().split(" +", -1)) {
      int equals = word.indexOf('=');
      String number = word.substring(equals + 1);
      if (equals < 0 || !number.matches("[0-9]{1,7}") || Integer.parseInt(number) > MOST) {
        return Optional.empty();
      }
      int value = Integer.parseInt(number);
      switch (word.substring(0, equals)) {
        case "hour" -> read = new Allowance(value, read.day, read.newInDay);
        case "day" -> read = new Allowance(read.hour, value, read.newInDay);
        case "new" -> read = new Allowance(read.hour, read.day, value);
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(read);
  }

  static boolean passes(int limit, long used, long more) {
    return limit != 0 && used + more > limit;
  }

  /// True where so much was taken within an hour and within a day that no more is held.
  boolean refuses(long inHour, long inDay) {
    return (hour != 0 && inHour >= (long) REFUSED_BEYOND * hour)
        || (day != 0 && inDay >= (long) REFUSED_BEYOND * day);
  }
}
