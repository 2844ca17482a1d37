package net.facteur.server.alerts;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What may be wrong.
public enum AlertRule {
  /// Mail waits for too long.
  QUEUE_AGE(Duration.ofMinutes(10), false, true),
  /// Too much of what is sent is put off.
  DEFERRALS(Duration.ofMinutes(10), false, true),
  /// Little room is left.
  DISK(Duration.ofMinutes(2), true, true),
  /// A certificate runs out, although it should have been renewed.
  CERTIFICATE(Duration.ofMinutes(10), false, false),
  /// An address of ours is on a list that others refuse by.
  BLOCKLIST(Duration.ZERO, false, true),
  /// No good backup was made for too long.
  BACKUP(Duration.ZERO, false, false),
  /// A provider takes hardly any mail.
  PROVIDER(Duration.ofMinutes(10), false, false),
  /// The clock of this machine jumped, or is wrong.
  CLOCK(Duration.ZERO, true, false);

  private final Duration patience;
  private final boolean urgent;
  private final boolean stopsMail;

  AlertRule(Duration patience, boolean urgent, boolean stopsMail) {
    this.patience = patience;
    this.urgent = urgent;
    this.stopsMail = stopsMail;
  }

  /// Its name for commands, settings and numbers, such as `queue-age`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The rule of that name.
  public static Optional<AlertRule> of(String word) {
    return Arrays.stream(values()).filter(rule -> rule.word().equals(word)).findFirst();
  }

  /// How long something has to stand before anybody is told.
  public Duration patience() {
    return patience;
  }

  /// True where quiet hours do not count.
  public boolean urgent() {
    return urgent;
  }

  /// True where our own mail may not get through, so that a second way is taken as well.
  public boolean stopsMail() {
    return stopsMail;
  }
}
