package net.facteur.server.accounts;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.size;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.routing.RoutingSettings;

/// How users are kept and checked.
///
/// @param file the users file
/// @param cost what a new hash costs
/// @param threads passwords checked at the same time; each takes the memory of its hash
/// @param queue checks that may wait; further ones are unavailable
/// @param remembered how long a right password needs no new hash; zero for never
/// @param failures wrong passwords of one user from one network before logins are refused
/// @param penalty how long they are, and how long failures are remembered
/// @param separators characters that part a user from a sub-address
/// @param names what leads to users beside their own addresses
public record AccountsSettings(
    Path file,
    Argon2Cost cost,
    int threads,
    int queue,
    Duration remembered,
    int failures,
    Duration penalty,
    String separators,
    LocalNames names) {
  public static final Setting<Long> MEMORY =
      Setting.of(
          "passwords.memory",
          size(7L << 20, 1L << 30),
          Argon2Cost.DEFAULT.memoryKib() * 1024L,
          "Memory that one Argon2id hash takes. Applies to passwords set from now on.");

  public static final Setting<Integer> ITERATIONS =
      Setting.of(
          "passwords.iterations",
          integer(1, 100),
          Argon2Cost.DEFAULT.iterations(),
          "Passes that one Argon2id hash makes over its memory.");

  public static final Setting<Integer> THREADS =
      Setting.of(
          "passwords.threads",
          integer(1, 64),
          2,
          "Passwords checked at the same time. Each takes passwords.memory.");

  public static final Setting<Integer> QUEUE =
      Setting.of(
          "passwords.queue",
          integer(1, 10_000),
          1000,
          "Logins that may wait for a check. Further ones get a temporary failure, unless they have"
              + " a better claim than one that waits: users who have logged in from the same"
              + " network go first, then networks without a wrong password, and networks take"
              + " turns.");

  public static final Setting<Duration> REMEMBERED =
      Setting.of(
          "passwords.remembered",
          duration(Duration.ZERO, Duration.ofHours(1)),
          Duration.ofMinutes(5),
          "How long a right password is recognised without a new hash, kept in memory as a keyed"
              + " digest. 0s turns it off.");

  public static final Setting<Integer> FAILURES =
      Setting.of(
          "passwords.failures",
          integer(1, 1000),
          10,
          "Wrong passwords for one user from one network (IPv4 /24, IPv6 /48) before logins are"
              + " refused for a while.");

  public static final Setting<Duration> PENALTY =
      Setting.of(
          "passwords.penalty",
          duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          Duration.ofMinutes(15),
          "How long logins are then refused, and how long wrong passwords are remembered.");

  /// Rows about passwords.
  public static final Rows ROWS =
      Rows.of(MEMORY, ITERATIONS, THREADS, QUEUE, REMEMBERED, FAILURES, PENALTY);

  public static AccountsSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    var routing = RoutingSettings.from(settings);
    return from(
        settings,
        file(settings),
        routing.separators(),
        new LocalNames(Set.copyOf(host.domains()), routing.addresses(), host.postmaster()));
  }

  /// The users file.
  public static Path file(Settings settings) {
    return DataDirectory.from(settings).resolve(Path.of("users"));
  }

  /// The defaults for this file of users.
  public static AccountsSettings of(Path file) {
    return from(Settings.DEFAULTS, file, RoutingSettings.of().separators(), LocalNames.NONE);
  }

  private static AccountsSettings from(
      Settings settings, Path file, String separators, LocalNames names) {
    return new AccountsSettings(
        file,
        Argon2Cost.from(settings),
        settings.get(THREADS),
        settings.get(QUEUE),
        settings.get(REMEMBERED),
        settings.get(FAILURES),
        settings.get(PENALTY),
        separators,
        names);
  }
}
