package net.facteur.server.filter.daemon;

import static net.facteur.server.filter.daemon.DaemonTexts.SAY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster once that a daemon is down, and once that it is back. Each minute it is
/// asked whether it is there, so that it is known before mail comes.
///
/// A notice bears the day, so that one comes for each day with a failure, however many those are.
public final class DaemonWatch implements Upkeep.Chore {
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Daemon daemon;
  private final Role role;
  private final Daemon.Question<Boolean> ping;
  private final Notices notices;
  private final InstantSource clock;
  private boolean told;

  /// What there is to say of a daemon.
  ///
  /// @param name as people know it
  /// @param unit the service of the system that runs it
  /// @param whenDown the setting that decides about mail meanwhile
  /// @param deferred mail waits meanwhile
  public record Role(String name, String unit, String whenDown, boolean deferred) {
    /// How its state is seen.
    public String command() {
      return "systemctl status " + unit;
    }
  }

  /// @param ping a question that costs it nothing
  public DaemonWatch(
      Daemon daemon,
      Role role,
      Daemon.Question<Boolean> ping,
      Notices notices,
      InstantSource clock) {
    this.daemon = daemon;
    this.role = role;
    this.ping = ping;
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public String name() {
    return role.name();
  }

  @Override
  public String stamp() {
    return daemon.trouble().isEmpty() ? "up" : "down";
  }

  /// While it is down it is asked more often, so that its return is known soon.
  @Override
  public Optional<Instant> due() {
    return daemon.trouble().isEmpty() ? Optional.empty() : Optional.of(clock.instant().plus(AGAIN));
  }

  @Override
  public void advance() {
    var _ = daemon.askNow(ping);
    String day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
    String trouble = daemon.trouble();
    if (!trouble.isEmpty() && !told) {
      told = true;
      notices.tell(
          new Notices.Notice(
              SAY.downSubject(role.name()),
              Text.paragraphs(
                  SAY.down(
                      role.name(),
                      daemon.address().text(),
                      day,
                      StrangerText.of(trouble).onTerminal()),
                  role.deferred()
                      ? SAY.downDeferred(role.whenDown())
                      : SAY.downTaken(role.whenDown()),
                  SAY.downRemedy(role.command()))));
    } else if (trouble.isEmpty() && told) {
      told = false;
      notices.tell(new Notices.Notice(SAY.backSubject(role.name()), SAY.back(role.name(), day)));
    }
  }
}
