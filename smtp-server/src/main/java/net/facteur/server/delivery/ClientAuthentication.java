package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.delivery.DeliverySettings.Login;
import net.facteur.server.smtp.ScramDigest;

/// Proves to a smarthost who we are: SCRAM-SHA-256 where offered, else PLAIN, else LOGIN.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4954 RFC 4954: SMTP AUTH
/// @spec https://www.rfc-editor.org/rfc/rfc7677 RFC 7677: SCRAM-SHA-256
final class ClientAuthentication {
  private static final int ITERATIONS_MIN = 4096;
  private static final int ITERATIONS_MAX = 1_000_000;

  private final CommandChannel wire;
  private final Duration limit;
  private final RandomGenerator random;

  ClientAuthentication(CommandChannel wire, Duration limit, RandomGenerator random) {
    this.wire = wire;
    this.limit = limit;
    this.random = random;
  }

  /// @return the failure; empty where the host is content
  Optional<Failure> authenticate(Capabilities host, Login login) throws IOException {
    var mechanisms = host.authentication();
    if (mechanisms.contains("SCRAM-SHA-256")) {
      return scram(login);
    }
    if (mechanisms.contains("PLAIN")) {
      return judge(send("AUTH PLAIN " + base64("\0" + login.user() + "\0" + login.password())));
    }
    if (mechanisms.contains("LOGIN")) {
      return login(login);
    }
    return Optional.of(refused("the host offers no mechanism that we know"));
  }

  private Optional<Failure> login(Login login) throws IOException {
    Reply reply = send("AUTH LOGIN");
    if (reply.code() == 334) {
      reply = send(base64(login.user()));
    }
    if (reply.code() == 334) {
      reply = send(base64(login.password()));
    }
    return judge(reply);
  }

  /// What the host asks to be proven.
  ///
  /// @param text as it came
  private record Challenge(String text, String nonce, byte[] salt, int iterations) {
    /// @return empty where it does not follow SCRAM
    static Optional<Challenge> parse(String text, String ourNonce) {
      var fields = fields(text);
      String nonce = fields.getOrDefault("r", "");
      int iterations = ClientAuthentication.iterations(fields.getOrDefault("i", ""));
      return octets(fields.getOrDefault("s", ""))
          .filter(salt -> salt.length > 0)
          .filter(_ -> nonce.startsWith(ourNonce) && nonce.length() > ourNonce.length())
          .filter(_ -> iterations >= 0)
          .map(salt -> new Challenge(text, nonce, salt, iterations));
    }
  }

  private Optional<Failure> scram(Login login) throws IOException {
    var nonceOctets = new byte[18];
    random.nextBytes(nonceOctets);
    String nonce = Base64.getEncoder().encodeToString(nonceOctets);
    String name = login.user().replace("=", "=3D").replace(",", "=2C");
    String first = "n=" + name + ",r=" + nonce;
    Reply reply = send("AUTH SCRAM-SHA-256 " + base64("n,," + first));
    if (reply.code() != 334) {
      return judge(reply);
    }
    Optional<Challenge> challenge = Challenge.parse(decode(reply.lines().getFirst()), nonce);
    return challenge.isPresent() ? prove(login, first, challenge.get()) : cancel();
  }

  private Optional<Failure> prove(Login login, String first, Challenge challenge)
      throws IOException {
    String unproven = "c=biws,r=" + challenge.nonce();
    byte[] message = (first + "," + challenge.text() + "," + unproven).getBytes(UTF_8);
    byte[] salted =
        ScramDigest.saltedPassword(login.password(), challenge.salt(), challenge.iterations());
    byte[] clientKey = ScramDigest.clientKey(salted);
    byte[] proof = ScramDigest.hmac(ScramDigest.hash(clientKey), message);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    Reply reply = send(base64(unproven + ",p=" + Base64.getEncoder().encodeToString(proof)));
    if (reply.code() != 334 && reply.code() != 235) {
      return judge(reply);
    }
    // The host must prove that it knows the password too.
    byte[] expected = ScramDigest.hmac(ScramDigest.serverKey(salted), message);
    byte[] shown =
        octets(fields(decode(reply.lines().getFirst())).getOrDefault("v", "")).orElse(new byte[0]);
    if (!MessageDigest.isEqual(expected, shown)) {
      return reply.code() == 334
          ? cancel()
          : Optional.of(refused("the host did not prove its identity"));
    }
    return judge(reply.code() == 334 ? send("") : reply);
  }

  private Optional<Failure> cancel() throws IOException {
    send("*");
    return Optional.of(refused("the host did not follow SCRAM"));
  }

  private static Failure refused(String text) {
    return new Failure(EnhancedStatusCode.of(4, 7, 8), text, Optional.empty(), true);
  }

  /// Wrong credentials are ours to mend, so mail waits.
  private static Optional<Failure> judge(Reply reply) {
    return reply.code() == 235
        ? Optional.empty()
        : Optional.of(refused("authentication refused: " + reply.text()));
  }

  private Reply send(String line) throws IOException {
    wire.line(line);
    return wire.reply(limit);
  }

  private static Map<String, String> fields(String message) {
    var out = new HashMap<String, String>();
    for (String part : message.split(",", -1)) {
      if (part.length() > 1 && part.charAt(1) == '=') {
        out.putIfAbsent(part.substring(0, 1), part.substring(2));
      }
    }
    return out;
  }

  private static int iterations(String digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9' || value > ITERATIONS_MAX) {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value >= ITERATIONS_MIN && value <= ITERATIONS_MAX ? value : -1;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String decode(String text) {
    // Some hosts put an enhanced status code first.
    String last = text.substring(text.lastIndexOf(' ') + 1);
    return octets(last).map(o -> new String(o, UTF_8)).orElse("");
  }

  private static Optional<byte[]> octets(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
