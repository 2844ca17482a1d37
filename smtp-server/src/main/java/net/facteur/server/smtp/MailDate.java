package net.facteur.server.smtp;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/// Dates as header fields write them, in UTC, such as `Sun, 22 Nov 2026 04:13:00 +0000`. Written by
/// hand, since each message has some and the formatter of the platform takes longer than all the
/// rest of a trace field.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.3 RFC 5322, section 3.3: Date and Time
public final class MailDate {
  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private MailDate() {}

  /// A date as it stands in a Date field.
  ///
  /// @param moment in the years 1000 to 9999
  public static String of(Instant moment) {
    OffsetDateTime at = moment.atOffset(ZoneOffset.UTC);
    var out = new StringBuilder(31);
    out.append(DAYS.get(at.getDayOfWeek().getValue() - 1)).append(", ");
    out.append(at.getDayOfMonth()).append(' ');
    out.append(MONTHS.get(at.getMonthValue() - 1)).append(' ');
    out.append(at.getYear()).append(' ');
    twoDigits(out, at.getHour()).append(':');
    twoDigits(out, at.getMinute()).append(':');
    return twoDigits(out, at.getSecond()).append(" +0000").toString();
  }

  private static StringBuilder twoDigits(StringBuilder out, int number) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
