package net.facteur.server.signin;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;

/// Who looks after the server by its pages, and how long somebody stays signed in.
///
/// @param directory where proofs, sessions and invitations are kept
public record SignInSettings(Set<UserName> administrators, SessionStore.Life life, Path directory) {
  private static final SignInTexts SAY = SignInTexts.SAY;

  public static final Setting<List<UserName>> ADMINISTRATORS =
      Setting.of(
              "web.administrators",
              list(
                  SettingTypes.scalar(
                      SAY.userName(),
                      SAY.userNameBounds(),
                      text ->
                          UserName.parse(text)
                              .map(Reading::good)
                              .orElseGet(() -> Reading.wrong(SAY.notUserName(text))),
                      UserName::text),
                  100),
              List.<UserName>of(),
              "Users who may look after the server by its pages. From anywhere but this machine,"
                  + " they need a time code or a passkey beside their password.")
          .example("[\"alice@example.org\"]");

  public static final Setting<Duration> IDLE =
      Setting.of(
          "web.session-idle",
          duration(Duration.ofMinutes(10), Duration.ofDays(30)),
          Duration.ofHours(1),
          "How long a browser stays signed in without a look at any page.");

  public static final Setting<Duration> LONGEST =
      Setting.of(
          "web.session-longest",
          duration(Duration.ofMinutes(10), Duration.ofDays(90)),
          Duration.ofHours(12),
          "How long a browser stays signed in at most.");

  public static final Rows ROWS = Rows.of(ADMINISTRATORS, IDLE, LONGEST);

  public SignInSettings {
    administrators = Set.copyOf(administrators);
  }

  public static SignInSettings from(Settings settings) {
    return new SignInSettings(
        settings.get(ADMINISTRATORS).stream().collect(Collectors.toUnmodifiableSet()),
        new SessionStore.Life(settings.get(IDLE), settings.get(LONGEST)),
        DataDirectory.from(settings).resolve(Path.of("web")));
  }

  /// The proofs of users.
  public Path proofs() {
    return directory.resolve("proofs");
  }

  /// The sessions of browsers.
  public Path sessions() {
    return directory.resolve("sessions");
  }

  /// The links that were given out.
  public Path invitations() {
    return directory.resolve("invitations");
  }
}
