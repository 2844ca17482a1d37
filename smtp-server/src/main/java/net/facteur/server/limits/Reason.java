package net.facteur.server.limits;

/// Why mail is held.
enum Reason {
  /// Too many recipients within an hour.
  HOUR("more recipients in an hour than the account may have"),
  /// Too many within a day.
  DAY("more recipients in a day than the account may have"),
  /// Too many within a day to whom the account never wrote before.
  NEW("more recipients in a day to whom the account never wrote before than it may have"),
  /// Too many addresses that do not exist.
  UNKNOWN("too many of the recipients do not exist"),
  /// A filter takes it for spam.
  SPAM("a filter takes the message for spam"),
  /// Two signs of theft.
  THEFT("the account shows signs of theft"),
  /// The postmaster holds it.
  OPERATOR("the postmaster holds what the account sends");

  private final String words;

  Reason(String words) {
    this.words = words;
  }

  /// For the log, and for `why`.
  String words() {
    return words;
  }
}
