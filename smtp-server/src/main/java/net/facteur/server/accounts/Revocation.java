package net.facteur.server.accounts;

import java.util.List;

/// Logins of a user that count no longer: sessions that they opened must end.
///
/// @param apps the app passwords whose logins these are; empty where it is all logins of the user
public record Revocation(UserName user, List<String> apps) {
  public Revocation {
    apps = List.copyOf(apps);
  }

  /// All logins of a user.
  static Revocation ofAll(UserName user) {
    return new Revocation(user, List.of());
  }
}
