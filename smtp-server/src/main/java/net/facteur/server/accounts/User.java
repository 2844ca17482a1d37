package net.facteur.server.accounts;

import java.util.List;
import java.util.Optional;

/// One user.
///
/// @param name the address, which is also the login name
/// @param password empty where the user cannot log in
/// @param scram keys for SCRAM-SHA-256, where the user has it turned on
/// @param sendAs further addresses the user may send as: `name@domain` or `*@domain`
/// @param locked no login is taken, whatever the password; mail still arrives
public record User(
    UserName name,
    Optional<PasswordHash> password,
    Optional<ScramRecord> scram,
    List<String> sendAs,
    boolean locked) {
  public User {
    sendAs = List.copyOf(sendAs);
  }

  /// A user who is not locked.
  public User(
      UserName name,
      Optional<PasswordHash> password,
      Optional<ScramRecord> scram,
      List<String> sendAs) {
    this(name, password, scram, sendAs, false);
  }

  /// The same with another password and, where wanted, keys for SCRAM made from it.
  public User withPassword(PasswordHash hash, Optional<ScramRecord> keys) {
    return new User(name, Optional.of(hash), keys, sendAs, locked);
  }

  /// The same with other keys for SCRAM, or without any.
  public User withScram(Optional<ScramRecord> keys) {
    return new User(name, password, keys, sendAs, locked);
  }

  /// The same, locked or not.
  public User withLock(boolean lock) {
    return new User(name, password, scram, sendAs, lock);
  }

  /// The same with other addresses.
  public User withSendAs(List<String> addresses) {
    return new User(name, password, scram, addresses, locked);
  }

  /// The line of the users file.
  public String line() {
    var out = new StringBuilder(name.text());
    password.ifPresent(p -> out.append(" password=").append(p.text()));
    scram.ifPresent(s -> out.append(" scram=").append(s.text()));
    if (!sendAs.isEmpty()) {
      out.append(" send-as=").append(String.join(",", sendAs));
    }
    if (locked) {
      out.append(" locked=yes");
    }
    return out.toString();
  }

  /// Reads a line; empty where it is not one.
  public static Optional<User> parse(String line) {
    String[] fields = line.split(" +", -1);
    Optional<UserName> name = UserName.parse(fields[0]);
    Optional<PasswordHash> password = Optional.empty();
    Optional<ScramRecord> scram = Optional.empty();
    List<String> sendAs = List.of();
    boolean locked = false;
    for (int i = 1; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      String value = fields[i].substring(equals + 1);
      boolean known = true;
      switch (equals < 0 ? "" : fields[i].substring(0, equals)) {
        case "password" -> {
          password = PasswordHash.parse(value);
          known = password.isPresent();
        }
        case "scram" -> {
          scram = ScramRecord.parse(value);
          known = scram.isPresent();
        }
        case "send-as" -> sendAs = List.of(value.split(",", -1));
        case "locked" -> {
          locked = value.equals("yes");
          known = locked;
        }
        default -> known = false;
      }
      if (!known) {
        return Optional.empty();
      }
    }
    return name.isPresent()
        ? Optional.of(new User(name.get(), password, scram, sendAs, locked))
        : Optional.empty();
  }
}
