package net.facteur.server.signin;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A browser that is somebody for a while.
///
/// @param hash of the [Token] that the browser carries
/// @param began when the user signed in
/// @param seen when the browser was seen last; on disk some minutes behind
/// @param address where it signed in from
/// @param program what the browser says that it is; a stranger chose it
/// @param way how the user proved himself
/// @param password a hash of the account's password hash at the sign-in: another password ends the
///   session, whoever changed it. Empty where the password is kept elsewhere, or was in the form of
///   another program
public record WebSession(
    String hash,
    UserName user,
    Instant began,
    Instant seen,
    String address,
    String program,
    Way way,
    String password) {
  /// How a user proved himself.
  public enum Way {
    /// The password alone.
    PASSWORD,
    /// The password and a time code.
    CODE,
    /// The password and a recovery code.
    RECOVERY,
    PASSKEY,
    /// A link of an administrator. It opens what is needed to get proofs, and nothing else, where
    /// more than a password is asked for.
    INVITATION;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Way> of(String word) {
      for (Way way : values()) {
        if (way.word().equals(word)) {
          return Optional.of(way);
        }
      }
      return Optional.empty();
    }
  }

  /// What it is called in lists and commands: enough to tell it from others, and nothing that opens
  /// it.
  public String id() {
    return hash.substring(0, 8);
  }

  /// The browser as people call it.
  public String browser() {
    return BrowserName.of(program);
  }

  WebSession seenAt(Instant at) {
    return new WebSession(hash, user, began, at, address, program, way, password);
  }

  WebSession withPassword(String print) {
    return new WebSession(hash, user, began, seen, address, program, way, print);
  }

  static Optional<WebSession> parse(JsonNode line) {
    Optional<UserName> user = UserName.parse(line.path("user").asString(""));
    Optional<Way> way = Way.of(line.path("way").asString(""));
    Optional<Instant> began = KeptTime.of(line.path("began"));
    Optional<Instant> seen = KeptTime.of(line.path("seen"));
    String hash = line.path("hash").asString("");
    return user.isPresent()
            && way.isPresent()
            && began.isPresent()
            && seen.isPresent()
            && hash.matches("[A-Za-z0-9_-]{43}")
        ? Optional.of(
            new WebSession(
                hash,
                user.get(),
                began.get(),
                seen.get(),
                line.path("address").asString(""),
                line.path("program").asString(""),
                way.get(),
                line.path("password").asString("")))
        : Optional.empty();
  }

  JsonNode print() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("hash", hash);
    line.put("user", user.text());
    line.put("began", began.toString());
    line.put("seen", seen.toString());
    line.put("address", address);
    line.put("program", program);
    line.put("way", way.word());
    line.put("password", password);
    return line;
  }
}
