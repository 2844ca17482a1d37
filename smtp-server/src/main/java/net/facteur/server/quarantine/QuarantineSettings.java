package net.facteur.server.quarantine;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.size;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;
import net.facteur.server.web.WebSettings;

/// How long messages stay in quarantine, and who is told of them.
///
/// @param directory where they lie
/// @param keep how long each may be released
/// @param maxSize octets of all together
/// @param digest how often a user is told whom `digests` does not name
/// @param digests how often single users are told, by `local-part@domain` in lower case
/// @param page where the links in mails lead; empty where this server serves no pages
public record QuarantineSettings(
    Path directory,
    Duration keep,
    long maxSize,
    Digest digest,
    Map<String, Digest> digests,
    Optional<String> page) {
  /// How often a user is told.
  public enum Digest {
    NEVER,
    DAILY,
    WEEKLY;

    /// The time between two; empty where there is none.
    public Optional<Duration> pause() {
      return switch (this) {
        case NEVER -> Optional.empty();
        case DAILY -> Optional.of(Duration.ofDays(1));
        case WEEKLY -> Optional.of(Duration.ofDays(7));
      };
    }
  }

  public static final Setting<Duration> KEEP =
      Setting.of(
          "quarantine.keep",
          duration(Duration.ofHours(1), Duration.ofDays(365)),
          Duration.ofDays(30),
          "How long a message in quarantine can be released. What nobody wanted until then is"
              + " removed.");

  public static final Setting<Long> MAX_SIZE =
      Setting.of(
          "quarantine.max-size",
          size(1L << 20, 1L << 50),
          1L << 30,
          "What all messages in quarantine may take up together. The postmaster is told at four"
              + " fifths of it. Beyond it, mail for the quarantine is put off (452), so that"
              + " nothing is lost.");

  public static final Setting<Digest> DIGEST =
      Setting.of(
          "quarantine.digest",
          choice(Digest.class),
          Digest.NEVER,
          "How often users are mailed what lies in quarantine for them: never, daily or weekly,"
              + " with a link for each message that releases it without a login. The links need"
              + " listen.policy and a certificate for hostname; without, the mail says whom to ask."
              + " Viruses are left out: the postmaster alone releases them.");

  public static final Setting<Map<MailAddress, Digest>> DIGESTS =
      Setting.of(
              "quarantine.digests",
              map(MailTypes.address(), choice(Digest.class), 10_000),
              Map.<MailAddress, Digest>of(),
              "The same for single users.")
          .example("{ \"alice@example.org\" = weekly }");

  /// Rows about the quarantine.
  public static final Rows ROWS = Rows.of(KEEP, MAX_SIZE, DIGEST, DIGESTS);

  public QuarantineSettings {
    digests = Map.copyOf(digests);
  }

  public static QuarantineSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    var digests = new HashMap<String, Digest>();
    settings
        .get(DIGESTS)
        .forEach((user, often) -> digests.put(user.text().toLowerCase(Locale.ROOT), often));
    return new QuarantineSettings(
        directory(host),
        settings.get(KEEP),
        settings.get(MAX_SIZE),
        settings.get(DIGEST),
        digests,
        !WebSettings.from(settings).servesOthers()
            ? Optional.empty()
            : Optional.of("https://" + host.name().text()));
  }

  /// Where messages lie.
  public static Path directory(HostSettings host) {
    return host.inData(Path.of("quarantine"));
  }

  /// How often a user is told.
  Digest of(String user) {
    return digests.getOrDefault(user, digest);
  }

  /// True where nobody is ever told.
  boolean silent() {
    return digest == Digest.NEVER && digests.values().stream().allMatch(d -> d == Digest.NEVER);
  }
}
