package net.facteur.server.signin;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Links that stand in for a password once: for the first administrator, and for whoever has none
/// or has to set up a second proof. Safe for use by many threads and processes.
public final class Invitations {
  /// How long one is good.
  public static final Duration LIFE = Duration.ofDays(3);

  /// Invitations at a time; the oldest goes.
  private static final int MOST = 1000;

  private final KeptLines<Invitation> lines;
  private final InstantSource clock;

  /// @param hash of the [Token] in the link
  record Invitation(String hash, UserName user, Instant until) {
    static Optional<Invitation> parse(JsonNode line) {
      Optional<UserName> user = UserName.parse(line.path("user").asString(""));
      Optional<Instant> until = KeptTime.of(line.path("until"));
      return user.isPresent() && until.isPresent()
          ? Optional.of(new Invitation(line.path("hash").asString(""), user.get(), until.get()))
          : Optional.empty();
    }

    JsonNode print() {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("hash", hash);
      line.put("user", user.text());
      line.put("until", until.toString());
      return line;
    }
  }

  public Invitations(Path file, InstantSource clock) {
    this.lines = new KeptLines<>(file, Invitation::parse, Invitation::print);
    this.clock = clock;
  }

  /// Makes one, in place of an earlier one for the same user.
  ///
  /// @return what stands in the link
  public Token invite(UserName user, SecureRandom random) throws IOException {
    Token token = Token.make(random);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    lines.change(
        all -> {
          var rest = new ArrayList<>(open(all, now));
          rest.removeIf(one -> one.user().equals(user));
          while (rest.size() >= MOST) {
            rest.removeFirst();
          }
          rest.add(new Invitation(token.hash(), user, now.plus(LIFE)));
          return rest;
        });
    return token;
  }

  /// Whom it invites; empty where it is used, over, or none.
  public Optional<UserName> find(Token token) throws IOException {
    return find(open(lines.all(), clock.instant()), token);
  }

  private static Optional<UserName> find(List<Invitation> all, Token token) {
    String hash = token.hash();
    return all.stream().filter(one -> one.hash().equals(hash)).map(Invitation::user).findFirst();
  }

  /// Uses it up, durably.
  ///
  /// @return whom it invited; empty where somebody was faster
  public Optional<UserName> use(Token token) throws IOException {
    var found = new ArrayList<UserName>();
    lines.change(
        all -> {
          List<Invitation> open = open(all, clock.instant());
          found.clear();
          find(open, token).ifPresent(found::add);
          return open.stream().filter(one -> !one.hash().equals(token.hash())).toList();
        });
    return found.stream().findFirst();
  }

  /// Takes back what a user was given.
  public void forget(UserName user) throws IOException {
    lines.change(all -> all.stream().filter(one -> !one.user().equals(user)).toList());
  }

  private static List<Invitation> open(List<Invitation> all, Instant now) {
    return all.stream().filter(one -> now.isBefore(one.until())).toList();
  }
}
