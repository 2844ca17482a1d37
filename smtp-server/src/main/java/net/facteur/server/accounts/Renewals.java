package net.facteur.server.accounts;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Hashes of other programs whose password was right, and the Argon2id hashes that take their
/// place. They wait a moment, so that many logins are one change of the users file. One that gets
/// lost in a crash is made anew at the next login.
final class Renewals {
  private static final Logger LOG = LogManager.getLogger(Renewals.class);

  private final Map<UserName, Renewal> waiting = new HashMap<>();
  private final Map<UserName, PasswordHash> written = new ConcurrentHashMap<>();
  private Optional<String> trouble = Optional.empty();

  /// @param from the hash of the other program; if the user has another one by now, nothing changes
  /// @param to ours of the same password
  private record Renewal(PasswordHash from, PasswordHash to) {
    User of(User user) {
      return user.password().filter(from::equals).isPresent()
          ? user.withPassword(to, user.scram())
          : user;
    }
  }

  synchronized void add(UserName name, PasswordHash from, PasswordHash to) {
    waiting.put(name, new Renewal(from, to));
  }

  /// Writes what waits. Where that fails, it goes on waiting.
  synchronized void write(UsersFile file) {
    if (waiting.isEmpty()) {
      return;
    }
    waiting.forEach((name, renewal) -> written.put(name, renewal.to()));
    try {
      file.edit(
          users -> {
            waiting.forEach(
                (name, renewal) -> users.computeIfPresent(name, (_, user) -> renewal.of(user)));
            return users;
          });
      LOG.info("passwords that came from another server are kept as Argon2id: {}", waiting.size());
      waiting.clear();
      trouble = Optional.empty();
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage());
      if (trouble.filter(said::equals).isEmpty()) {
        LOG.warn("passwords cannot be kept as Argon2id yet: {}", said);
      }
      trouble = Optional.of(said);
    }
  }

  /// True once for each renewal: the user has this hash because of it, and the password is the same
  /// as before.
  boolean made(UserName name, Optional<PasswordHash> hash) {
    return hash.isPresent() && written.remove(name, hash.get());
  }
}
