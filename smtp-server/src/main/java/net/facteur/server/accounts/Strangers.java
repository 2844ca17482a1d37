package net.facteur.server.accounts;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.server.smtp.ScramDigest;

/// What is answered for names that are nobody's, so that nobody can tell them from users: salts,
/// iterations and costs are those that a user of that name would have, the same at each try and
/// after each restart.
final class Strangers {
  private final byte[] secret;
  private final List<String> domains;
  private final List<Integer> iterations;
  private final Map<String, PasswordHash> hashes;

  /// @param cost what a new hash costs
  Strangers(UsersFile.Content content, Argon2Cost cost, SecureRandom random) {
    Collection<User> users = content.users().values();
    this.secret = content.secret();
    this.domains = users.stream().map(user -> user.name().domain().text()).distinct().toList();
    this.iterations =
        users.stream()
            .flatMap(u -> u.scram().stream())
            .map(ScramRecord::iterations)
            .distinct()
            .toList();
    List<Argon2Cost> costs =
        users.stream()
            .flatMap(u -> u.password().stream())
            // A check of another program's hash ends with one that has the cost of ours.
            .map(hash -> hash.cost().orElse(cost))
            .distinct()
            .toList();
    this.hashes =
        (costs.isEmpty() ? List.of(cost) : costs)
            .stream()
                .collect(
                    Collectors.toMap(Argon2Cost::toString, c -> PasswordHash.ofNobody(c, random)));
  }

  /// The one name behind all spellings of a login. A bare name is a user of one of the domains, as
  /// it is with users.
  String name(String login) {
    if (login.indexOf('@') >= 0) {
      return UserName.parse(login).map(UserName::text).orElse(UserName.lower(login));
    }
    String local = UserName.lower(login);
    return chosen(local, domains, d -> d).map(domain -> local + "@" + domain).orElse(local);
  }

  /// A hash that no password has.
  PasswordHash password(String name) {
    String cost = chosen(name, hashes.keySet(), c -> c).orElseThrow();
    return hashes.getOrDefault(cost, hashes.values().iterator().next());
  }

  /// Keys that no password has: the salt depends on the name alone.
  ScramRecord keys(String name) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    byte[] salt = Arrays.copyOf(ScramDigest.hmac(secret, octets), ScramRecord.SALT_OCTETS);
    byte[] stored = ScramDigest.hmac(ScramDigest.hmac(secret, salt), octets);
    int rounds = chosen(name, iterations, String::valueOf).orElse(ScramRecord.ITERATIONS);
    return ScramRecord.of(rounds, salt, stored, ScramDigest.hmac(secret, stored));
  }

  /// Rendezvous hashing: the choice stays when others come and go.
  private <T> Optional<T> chosen(String name, Collection<T> from, Function<T, String> text) {
    return from.stream()
        .max(
            (a, b) ->
                Arrays.compareUnsigned(weight(name, text.apply(a)), weight(name, text.apply(b))));
  }

  private byte[] weight(String name, String choice) {
    return ScramDigest.hmac(secret, (name + "\0" + choice).getBytes(StandardCharsets.UTF_8));
  }
}
