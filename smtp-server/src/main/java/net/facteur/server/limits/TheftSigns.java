package net.facteur.server.limits;

import java.util.EnumSet;
import java.util.Set;

/// What tells a thief from a user. One sign alone is a phone that changes networks, or a newsletter
/// to old addresses; two at once are a theft.
public final class TheftSigns {
  /// Networks (IPv4 /24, IPv6 /48) of a day from which the account was never used before.
  private static final int NETWORKS = 2;

  /// Recipients of an hour to whom it never wrote before.
  private static final int STRANGERS = 50;

  /// Recipients of an hour that do not exist, and their share, in percent.
  private static final int UNKNOWN = 10;

  private static final int UNKNOWN_PERCENT = 20;

  /// Reports of an hour that something could not be delivered.
  private static final int RETURNED = 10;

  /// Complaints of recipients within a day.
  private static final int COMPLAINTS = 3;

  /// Wrong passwords of a day.
  private static final int GUESSES = 20;

  private TheftSigns() {}

  /// A sign.
  public enum Sign {
    NETWORKS("it is used from new networks"),
    STRANGERS("it writes to many people for the first time"),
    UNKNOWN("many of its recipients do not exist"),
    RETURNED("much of its mail comes back"),
    COMPLAINED("recipients complain of its mail"),
    GUESSED("its password was guessed at");

    private final String words;

    Sign(String words) {
      this.words = words;
    }

    /// For the log, and for `why`.
    public String words() {
      return words;
    }
  }

  /// What is seen of an account.
  ///
  /// @param known it was used before today, so that something about it can be new
  /// @param networks new networks within a day
  /// @param strangers recipients to whom it never wrote before, within an hour
  /// @param recipients recipients within an hour
  /// @param unknown of these, those that do not exist
  /// @param returned reports that something could not be delivered, within an hour
  /// @param complaints of recipients, within a day
  /// @param guesses wrong passwords within a day
  public record Seen(
      boolean known,
      long networks,
      long strangers,
      long recipients,
      long unknown,
      long returned,
      long complaints,
      long guesses) {}

  /// The signs that an account shows.
  public static Set<Sign> of(Seen seen) {
    Set<Sign> signs = EnumSet.noneOf(Sign.class);
    if (seen.known() && seen.networks() >= NETWORKS) {
      signs.add(Sign.NETWORKS);
    }
    if (seen.strangers() >= STRANGERS) {
      signs.add(Sign.STRANGERS);
    }
    if (seen.unknown() >= UNKNOWN && seen.unknown() * 100 >= seen.recipients() * UNKNOWN_PERCENT) {
      signs.add(Sign.UNKNOWN);
    }
    if (seen.returned() >= RETURNED) {
      signs.add(Sign.RETURNED);
    }
    if (seen.complaints() >= COMPLAINTS) {
      signs.add(Sign.COMPLAINED);
    }
    if (seen.guesses() >= GUESSES) {
      signs.add(Sign.GUESSED);
    }
    return signs;
  }

  /// True where an account that shows these signs is held.
  public static boolean theft(Set<Sign> signs) {
    return signs.size() >= 2;
  }
}
