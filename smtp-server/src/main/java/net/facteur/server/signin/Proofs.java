package net.facteur.server.signin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.accounts.UserName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a user proves himself with beside the password.
///
/// @param code the secret of the time codes
/// @param lastStep the step of the last code that was taken
/// @param recovery empty where there is no time code
/// @param passkeys no two of one id
public record Proofs(
    UserName user,
    Optional<TimeCode> code,
    long lastStep,
    RecoveryCodes recovery,
    List<Passkey> passkeys) {
  public Proofs {
    passkeys = List.copyOf(passkeys);
  }

  /// Those of somebody who has none.
  static Proofs none(UserName user) {
    return new Proofs(user, Optional.empty(), 0, RecoveryCodes.NONE, List.of());
  }

  /// The same under another name.
  Proofs of(UserName name) {
    return new Proofs(name, code, lastStep, recovery, passkeys);
  }

  /// True where there is nothing but the password.
  public boolean isNone() {
    return code.isEmpty() && passkeys.isEmpty();
  }

  /// The same with a time code, whose first one was taken at `step`.
  Proofs with(TimeCode secret, long step, RecoveryCodes codes) {
    return new Proofs(user, Optional.of(secret), step, codes, passkeys);
  }

  Proofs withoutCode() {
    return new Proofs(user, Optional.empty(), 0, RecoveryCodes.NONE, passkeys);
  }

  Proofs withStep(long step) {
    return new Proofs(user, code, step, recovery, passkeys);
  }

  Proofs with(RecoveryCodes codes) {
    return new Proofs(user, code, lastStep, codes, passkeys);
  }

  /// The same with one more passkey.
  Proofs with(Passkey passkey) {
    return new Proofs(
        user,
        code,
        lastStep,
        recovery,
        Stream.concat(passkeys.stream(), Stream.of(passkey)).toList());
  }

  /// The same with a passkey that was used.
  Proofs used(Passkey passkey) {
    return new Proofs(
        user,
        code,
        lastStep,
        recovery,
        passkeys.stream().map(p -> p.id().equals(passkey.id()) ? passkey : p).toList());
  }

  Proofs withoutPasskey(String id) {
    return new Proofs(
        user, code, lastStep, recovery, passkeys.stream().filter(p -> !p.id().equals(id)).toList());
  }

  /// Reads [#print].
  static Optional<Proofs> parse(JsonNode line) {
    Optional<UserName> user = UserName.parse(line.path("user").asString(""));
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String secret = line.path("code").asString("");
    Optional<TimeCode> code = TimeCode.parse(secret);
    if (code.isEmpty() && !secret.isEmpty()) {
      return Optional.empty();
    }
    List<String> hashes = new ArrayList<>();
    line.path("recovery").forEach(hash -> hashes.add(hash.asString("")));
    List<Passkey> passkeys = new ArrayList<>();
    line.path("passkeys").forEach(one -> passkeys.add(passkey(one)));
    return Optional.of(
        new Proofs(
            user.get(),
            code,
            line.path("step").asLong(0),
            new RecoveryCodes(line.path("salt").asString(""), hashes),
            passkeys));
  }

  private static Passkey passkey(JsonNode one) {
    return new Passkey(
        one.path("id").asString(""),
        one.path("label").asString(""),
        one.path("host").asString(""),
        one.path("handle").asString(""),
        one.path("credential").asString(""),
        one.path("counter").asLong(0),
        one.path("backup-eligible").asBoolean(false),
        one.path("backed-up").asBoolean(false),
        KeptTime.of(one.path("added")).orElse(Instant.EPOCH),
        KeptTime.of(one.path("used")));
  }

  JsonNode print() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("user", user.text());
    code.ifPresent(
        secret -> {
          line.put("code", secret.base32());
          line.put("step", lastStep);
          line.put("salt", recovery.salt());
          ArrayNode hashes = line.putArray("recovery");
          recovery.hashes().forEach(hashes::add);
        });
    ArrayNode all = line.putArray("passkeys");
    for (Passkey passkey : passkeys) {
      ObjectNode one = all.addObject();
      one.put("id", passkey.id());
      one.put("label", passkey.label());
      one.put("host", passkey.host());
      one.put("handle", passkey.handle());
      one.put("credential", passkey.credential());
      one.put("counter", passkey.counter());
      one.put("backup-eligible", passkey.backupEligible());
      one.put("backed-up", passkey.backedUp());
      one.put("added", passkey.added().toString());
      passkey.used().ifPresent(at -> one.put("used", at.toString()));
    }
    return line;
  }
}
