package net.facteur.server.imap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.accounts.LoginAttempt;
import net.facteur.server.accounts.LoginOutcome;
import net.facteur.server.accounts.LoginService;
import net.facteur.server.accounts.Logins;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Routes;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What Dovecot asks about accounts: forms that its script posts, and answers of lines
/// `name=value`. Each has to show the secret; whoever does not is answered as if nothing were here.
///
/// | path | fields | answer |
/// | --- | --- | --- |
/// | `/password` | service, session, client, mechanism, user, password | 200 and `user`; 401 wrong; 403 right, and does not open this; 503 not now |
/// | `/mailbox` | user | 200 and `user`, `home`, `quota` in octets; 404 nobody; 503 not now |
/// | `/mailboxes` | | 200, an address on each line |
public final class AccountsDoor {
  private static final Logger LOG = LogManager.getLogger(AccountsDoor.class);
  private static final Pattern SESSION = Pattern.compile("[^A-Za-z0-9_]");
  private static final int SESSION_MAX = 40;
  private static final int NAME_MAX = 255;
  private static final int PASSWORD_MAX = 1024;

  private final Supplier<String> secret;
  private final Supplier<Logins> logins;
  private final Supplier<Mailboxes> mailboxes;
  private final Duration patience;

  /// @param secret what has to be shown
  /// @param logins those in force, asked for at each question
  /// @param mailboxes likewise
  /// @param patience how long a password check may take
  public AccountsDoor(
      Supplier<String> secret,
      Supplier<Logins> logins,
      Supplier<Mailboxes> mailboxes,
      Duration patience) {
    this.secret = secret;
    this.logins = logins;
    this.mailboxes = mailboxes;
    this.patience = patience;
  }

  /// What it answers to.
  public Routes routes() {
    return Routes.of(
        Route.post(
            Scheme.HTTP, "/password", request -> known(request).orElseGet(() -> password(request))),
        Route.post(
            Scheme.HTTP, "/mailbox", request -> known(request).orElseGet(() -> mailbox(request))),
        Route.post(
            Scheme.HTTP,
            "/mailboxes",
            request ->
                known(request)
                    .orElseGet(
                        () ->
                            Response.text(
                                Optional.of(String.join("\n", mailboxes.get().names()) + "\n")))));
  }

  /// What strangers are told; empty for Dovecot.
  private Optional<Response> known(Request request) {
    boolean shown = DoorSecret.same(secret.get(), request.field("secret").orElse(""));
    if (!shown) {
      LOG.warn("somebody asked about accounts at imap.listen without the secret");
    }
    return shown ? Optional.empty() : Optional.of(Response.text(Optional.empty()));
  }

  private Response password(Request request) {
    Optional<LoginAttempt> attempt = attempt(request);
    if (attempt.isEmpty()) {
      return Response.of(Status.BAD_REQUEST);
    }
    Logins port = logins.get();
    CompletionStage<LoginOutcome> stage = port.login(attempt.get());
    try {
      return answer(stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Response.of(Status.UNAVAILABLE);
    } catch (ExecutionException e) {
      LOG.error("a password could not be checked session={}", attempt.get().session(), e);
      return Response.of(Status.UNAVAILABLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Response.of(Status.UNAVAILABLE);
    } finally {
      port.gone(attempt.get().session());
      Arrays.fill(attempt.get().password(), (byte) 0);
    }
  }

  private static Response answer(LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.Accepted accepted -> lines(Map.of("user", accepted.user()));
      case LoginOutcome.Refused _ -> Response.of(Status.UNAUTHORIZED);
      case LoginOutcome.Barred _ -> Response.of(Status.FORBIDDEN);
      case LoginOutcome.Unavailable() -> Response.of(Status.UNAVAILABLE);
    };
  }

  private static Optional<LoginAttempt> attempt(Request request) {
    Optional<LoginService> service =
        request.field("service").flatMap(LoginService::of).filter(AccountsDoor::isDovecots);
    Optional<InetAddress> client = request.field("client").flatMap(AccountsDoor::address);
    Optional<String> user = request.field("user").filter(AccountsDoor::isName);
    Optional<byte[]> password =
        request
            .field("password")
            .map(p -> p.getBytes(StandardCharsets.UTF_8))
            .filter(p -> p.length > 0 && p.length <= PASSWORD_MAX);
    if (service.isEmpty() || client.isEmpty() || user.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LoginAttempt(
            service.get(),
            session(request.field("session").orElse("")),
            new InetSocketAddress(client.get(), 0),
            "PLAIN",
            user.get(),
            password.get()));
  }

  /// Dovecot's own identifier of the session, in the form of ours.
  private static String session(String theirs) {
    String plain = SESSION.matcher(theirs).replaceAll("_");
    return plain.isEmpty() ? "-" : plain.substring(0, Math.min(plain.length(), SESSION_MAX));
  }

  private static boolean isDovecots(LoginService service) {
    return switch (service) {
      case IMAP, POP3, SIEVE -> true;
      case SUBMISSION, WEB -> false;
    };
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.getBytes(StandardCharsets.UTF_8).length <= NAME_MAX
        && name.codePoints().noneMatch(Character::isISOControl);
  }

  /// A program of this machine, such as `doveadm auth test`, has no address.
  private static Optional<InetAddress> address(String text) {
    return text.isEmpty()
        ? Optional.of(InetAddress.getLoopbackAddress())
        : IpLiteral.parse(text).toOptional();
  }

  private Response mailbox(Request request) {
    Optional<String> name = request.field("user").filter(AccountsDoor::isName);
    if (name.isEmpty()) {
      return Response.text(Optional.empty());
    }
    return switch (mailboxes.get().find(name.get())) {
      case Mailboxes.Answer.Found found ->
          lines(
              Map.of(
                  "user",
                  found.user(),
                  "home",
                  found.home().toString(),
                  "quota",
                  Long.toString(found.quota())));
      case Mailboxes.Answer.Unknown() -> Response.text(Optional.empty());
      case Mailboxes.Answer.Unavailable() -> Response.of(Status.UNAVAILABLE);
    };
  }

  private static Response lines(Map<String, String> values) {
    var out = new StringBuilder();
    values.forEach((name, value) -> out.append(name).append('=').append(value).append('\n'));
    return Response.text(Optional.of(out.toString()));
  }
}
