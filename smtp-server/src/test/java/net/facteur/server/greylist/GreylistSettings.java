package net.facteur.server.greylist;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;

import java.time.Duration;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// What a new package writes to have settings.
///
/// @param delay how long unknown clients are put off
/// @param trusted domains that are never put off
record GreylistSettings(Duration delay, List<DomainName> trusted) {
  static final Setting<Duration> DELAY =
      Setting.of(
          "greylist.delay",
          duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Duration.ofMinutes(5),
          "How long a client that nobody knows is put off.");
  static final Setting<List<DomainName>> TRUSTED =
      Setting.of(
              "greylist.trusted",
              list(NetworkTypes.domain(), 100),
              List.<DomainName>of(),
              "Domains whose clients are never put off.")
          .example("[example.net]");

  static final Rows ROWS = Rows.of(DELAY, TRUSTED);

  static GreylistSettings from(Settings settings) {
    return new GreylistSettings(settings.get(DELAY), settings.get(TRUSTED));
  }
}
