package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;
import org.jspecify.annotations.Nullable;

/// The mechanisms that send the password itself.
final class PasswordExchange {
  private static final int MAX_USER = 255;
  private static final int MAX_PASSWORD = 1_024;

  private PasswordExchange() {}

  /// PLAIN: `[authzid] NUL authcid NUL passwd`.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4616#section-2 RFC 4616, section 2: PLAIN SASL
  ///   Mechanism
  static final class Plain implements SaslExchange {
    private final SmtpClient client;
    private final Authenticator authenticator;
    private String user = "";

    Plain(SmtpClient client, Authenticator authenticator) {
      this.client = client;
      this.authenticator = authenticator;
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public Turn respond(byte[] response) {
      int first = indexOfNul(response, 0);
      int second = first < 0 ? -1 : indexOfNul(response, first + 1);
      if (second < 0 || indexOfNul(response, second + 1) >= 0) {
        return new Turn.Malformed();
      }
      Optional<String> authorization = Utf8.decode(Arrays.copyOf(response, first));
      byte[] identity = Arrays.copyOfRange(response, first + 1, second);
      byte[] password = Arrays.copyOfRange(response, second + 1, response.length);
      Arrays.fill(response, (byte) 0);
      Optional<String> name = Utf8.decode(identity);
      if (authorization.isEmpty() || name.isEmpty()) {
        return new Turn.Malformed();
      }
      user = name.get();
      // Nobody acts for somebody else here.
      if (!authorization.get().isEmpty() && !authorization.equals(name)) {
        return new Turn.Outcome(CompletableFuture.completedStage(AuthOutcome.Refused.CREDENTIALS));
      }
      return check(client, authenticator, name.get(), password);
    }

    private static int indexOfNul(byte[] octets, int from) {
      for (int i = from; i < octets.length; i++) {
        if (octets[i] == 0) {
          return i;
        }
      }
      return -1;
    }
  }

  /// LOGIN: the user, then the password. Never standardised, and still what many clients try.
  static final class Login implements SaslExchange {
    private static final byte[] ASK_PASSWORD = "Password:".getBytes(StandardCharsets.ISO_8859_1);

    private final SmtpClient client;
    private final Authenticator authenticator;
    private @Nullable String user;

    @Override
    public String user() {
      String known = user;
      return known == null ? "" : known;
    }

    Login(SmtpClient client, Authenticator authenticator) {
      this.client = client;
      this.authenticator = authenticator;
    }

    @Override
    public Turn respond(byte[] response) {
      String known = user;
      if (known != null) {
        return check(client, authenticator, known, response);
      }
      Optional<String> name = Utf8.decode(response);
      if (name.isEmpty()) {
        return new Turn.Malformed();
      }
      user = name.get();
      return new Turn.Challenge(ASK_PASSWORD);
    }
  }

  private static SaslExchange.Turn check(
      SmtpClient client, Authenticator authenticator, String user, byte[] password) {
    boolean good =
        !user.isEmpty()
            && user.getBytes(StandardCharsets.UTF_8).length <= MAX_USER
            && !Ascii.hasControl(user)
            && password.length > 0
            && password.length <= MAX_PASSWORD;
    if (!good) {
      return new SaslExchange.Turn.Malformed();
    }
    CompletionStage<AuthOutcome> outcome;
    try {
      outcome = authenticator.checkPassword(client, user, password);
    } catch (RuntimeException e) {
      outcome = CompletableFuture.failedStage(e);
    }
    return new SaslExchange.Turn.Outcome(
        outcome.whenComplete((_, _) -> Arrays.fill(password, (byte) 0)));
  }
}
