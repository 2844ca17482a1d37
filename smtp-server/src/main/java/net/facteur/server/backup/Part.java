package net.facteur.server.backup;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A part of a backup that can be put back alone.
public enum Part {
  /// The settings, what they include, and the files that they name.
  SETTINGS,
  /// Users, their passwords and logins, aliases, lists, roles, rules: who is who.
  USERS,
  /// DKIM keys and their journal.
  KEYS,
  /// Certificates with their keys and journal, and the account at the certification authority.
  CERTIFICATES,
  /// What waits to be delivered.
  QUEUE,
  /// The Maildirs.
  MAIL,
  /// All else: secrets, policies of others, reports, counts, the quarantine.
  STATE;

  private static final List<String> CERTIFICATE_PLACES = List.of("tls", "acme");

  /// Beginnings of names, so that `users.logins` is with `users`.
  private static final List<String> PEOPLE =
      List.of("users", "addresses", "quotas", "lists", "roles", "absences", "web", "filter-rules");

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Part> of(String word) {
    for (Part part : values()) {
      if (part.word().equals(word)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }

  /// The part that a file belongs to.
  ///
  /// @param relative below the root
  static Part of(Root root, String relative) {
    String top = relative.contains("/") ? relative.substring(0, relative.indexOf('/')) : relative;
    return switch (root) {
      case FILE -> SETTINGS;
      case KEYS -> KEYS;
      case MAIL -> MAIL;
      case QUEUE ->
          top.equals("queue.db") || top.equals("bodies") || top.equals(Snapshot.DUMP)
              ? QUEUE
              : STATE;
      case DATA ->
          CERTIFICATE_PLACES.contains(top)
              ? CERTIFICATES
              : PEOPLE.stream().anyMatch(name -> top.equals(name) || top.startsWith(name + "."))
                  ? USERS
                  : STATE;
    };
  }
}
