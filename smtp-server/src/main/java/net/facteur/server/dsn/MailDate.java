package net.facteur.server.dsn;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Dates as header fields write them, in UTC.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.3 RFC 5322, section 3.3: Date and Time
public final class MailDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private MailDate() {}

  /// A date as it stands in a Date field.
  public static String of(Instant moment) {
    return FORMAT.format(moment);
  }
}
