package net.facteur.server.roles;

import static net.facteur.server.config.SettingTypes.duration;

import java.time.Duration;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// How roles change hands.
///
/// @param overlap days for which who held a role before still gets copies, where nobody says
///   another number
public record RoleSettings(int overlap) {
  public static final Setting<Duration> OVERLAP =
      Setting.of(
          "roles.overlap",
          duration(Duration.ZERO, Duration.ofDays(Term.MAX_OVERLAP)),
          Duration.ofDays(30),
          "How long somebody who held a role still gets copies of its mail after the hand-over,"
              + " counted in whole days. `facteur role set` may say another time with --overlap; 0"
              + " means none.");

  /// Rows about roles.
  public static final Rows ROWS = Rows.of(OVERLAP);

  public static RoleSettings from(Settings settings) {
    return new RoleSettings(Math.toIntExact(settings.get(OVERLAP).toDays()));
  }
}
