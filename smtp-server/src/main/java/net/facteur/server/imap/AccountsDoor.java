package net.facteur.server.imap;

import java.io.IOException;
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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.accounts.LoginAttempt;
import net.facteur.server.accounts.LoginOutcome;
import net.facteur.server.accounts.LoginService;
import net.facteur.server.accounts.Logins;
import net.facteur.server.accounts.NewPassword;
import net.facteur.server.accounts.PasswordChanges;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Routes;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What Dovecot and a webmail ask about accounts: forms that their scripts post, and answers of
/// lines `name=value`. Each has to show the secret; whoever does not is answered as if nothing were
/// here. That of the webmail opens `/new-password` alone.
///
/// | path | fields | answer |
/// | --- | --- | --- |
/// | `/password` | service, session, client, user, password, apps (`named` where it ends the sessions of one) | 200 and `user`, and `app` for an app password; 401 wrong; 403 right, and does not open this; 503 not now |
/// | `/mailbox` | user | 200 and `user`, `home`, `quota` in octets; 404 nobody; 503 not now |
/// | `/mailboxes` | | 200, an address on each line |
/// | `/new-password` | session, client, user, password, new-password, language | 200 and `user`; 400 the new one can be none, and why in words; 401 the old one is wrong; 403 not changed here; 503 not now |
public final class AccountsDoor {
  private static final Logger LOG = LogManager.getLogger(AccountsDoor.class);
  private static final Pattern SESSION = Pattern.compile("[^A-Za-z0-9_]");
  private static final int SESSION_MAX = 40;
  private static final int NAME_MAX = 255;
  private static final int PASSWORD_MAX = 1024;

  private final Secrets secrets;
  private final Supplier<Logins> logins;
  private final NewPasswords passwords;
  private final Supplier<Mailboxes> mailboxes;
  private final AppLogins appLogins;
  private final Duration patience;

  /// What has to be shown.
  ///
  /// @param dovecot by its script
  /// @param webmail by whoever changes passwords
  public record Secrets(Supplier<String> dovecot, Supplier<String> webmail) {}

  /// Who makes new passwords, and what they have to be; those in force, asked for at each question.
  public record NewPasswords(Supplier<PasswordChanges> changes, Supplier<PasswordRules> rules) {}

  /// @param logins those in force, asked for at each question
  /// @param mailboxes likewise
  /// @param appLogins hears of each session that an app password opens
  /// @param patience how long a password check may take
  public AccountsDoor(
      Secrets secrets,
      Supplier<Logins> logins,
      NewPasswords passwords,
      Supplier<Mailboxes> mailboxes,
      AppLogins appLogins,
      Duration patience) {
    this.secrets = secrets;
    this.logins = logins;
    this.passwords = passwords;
    this.mailboxes = mailboxes;
    this.appLogins = appLogins;
    this.patience = patience;
  }

  /// What it answers to.
  public Routes routes() {
    return Routes.of(
        route("/password", secrets.dovecot(), this::password),
        route("/mailbox", secrets.dovecot(), this::mailbox),
        route(
            "/mailboxes",
            secrets.dovecot(),
            _ -> Response.text(Optional.of(String.join("\n", mailboxes.get().names()) + "\n"))),
        route("/new-password", secrets.webmail(), this::newPassword));
  }

  /// Strangers are told that nothing is here.
  private static Route route(
      String path, Supplier<String> secret, Function<Request, Response> answer) {
    return Route.post(
        Scheme.HTTP,
        path,
        request -> {
          String expected = secret.get();
          if (!expected.isEmpty()
              && DoorSecret.same(expected, request.field("secret").orElse(""))) {
            return answer.apply(request);
          }
          LOG.warn("somebody asked about accounts at imap.listen without the secret");
          return Response.text(Optional.empty());
        });
  }

  private Response password(Request request) {
    return request
        .field("service")
        .flatMap(LoginService::of)
        .filter(AccountsDoor::isDovecots)
        .flatMap(service -> attempt(request, service))
        .map(attempt -> opened(request, attempt, outcome(attempt)))
        .orElseGet(() -> Response.of(Status.BAD_REQUEST));
  }

  /// Known before Dovecot begins the session, so that it can be ended from its first moment.
  private Response opened(Request request, LoginAttempt attempt, LoginOutcome outcome) {
    appLogins.dovecotKnows(request.field("apps").filter("named"::equals).isPresent());
    if (outcome instanceof LoginOutcome.Accepted accepted
        && DoveadmSocket.isMask(accepted.user())) {
      // its sessions could not be ended without those of others
      LOG.error("a user whose name is a mask cannot read at Dovecot user={}", accepted.user());
      return Response.of(Status.FORBIDDEN);
    }
    if (outcome instanceof LoginOutcome.Accepted accepted && accepted.app().isPresent()) {
      String app = accepted.app().get();
      appLogins.opened(accepted.user(), app, attempt.client().getAddress());
      return lines(Map.of("user", accepted.user(), "app", app));
    }
    return answer(outcome);
  }

  private LoginOutcome outcome(LoginAttempt attempt) {
    Logins port = logins.get();
    CompletionStage<LoginOutcome> stage = port.login(attempt);
    try {
      return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new LoginOutcome.Unavailable();
    } catch (ExecutionException e) {
      LOG.error("a password could not be checked session={}", attempt.session(), e);
      return new LoginOutcome.Unavailable();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LoginOutcome.Unavailable();
    } finally {
      port.gone(attempt.session());
      Arrays.fill(attempt.password(), (byte) 0);
    }
  }

  /// Whoever shows the password may have another one. An app password changes nothing. The rules
  /// are asked after the old password, so that nobody else is told what they say of a text.
  private Response newPassword(Request request) {
    String text = request.field("new-password").orElse("");
    Language language = request.field("language").flatMap(Language::of).orElse(Language.ENGLISH);
    Optional<PasswordRules.Fault> unusable =
        NewPassword.fault(text)
            .map(
                fault ->
                    switch (fault) {
                      case TOO_SHORT -> PasswordRules.Fault.TOO_SHORT;
                      case UNUSABLE -> PasswordRules.Fault.UNUSABLE;
                    });
    if (unusable.isPresent()) {
      return refused(unusable.get(), language);
    }
    Optional<LoginAttempt> attempt = attempt(request, LoginService.WEB);
    if (attempt.isEmpty()) {
      return Response.of(Status.BAD_REQUEST);
    }
    LoginOutcome outcome = outcome(attempt.get());
    return outcome instanceof LoginOutcome.Accepted accepted
        ? accepted.app().isPresent()
            ? Response.of(Status.FORBIDDEN)
            : changed(accepted.user(), text, language)
        : answer(outcome);
  }

  private Response refused(PasswordRules.Fault fault, Language language) {
    return Response.text(Optional.of(passwords.rules().get().words(fault).in(language) + "\n"))
        .with(Status.BAD_REQUEST);
  }

  private Response changed(String user, String text, Language language) {
    Optional<PasswordRules.Fault> fault =
        UserName.parse(user).flatMap(name -> passwords.rules().get().fault(text, name));
    if (fault.isPresent()) {
      return refused(fault.get(), language);
    }
    try {
      return switch (passwords.changes().get().give(user, new NewPassword(text))) {
        case DONE -> lines(Map.of("user", user));
        case ELSEWHERE -> Response.of(Status.FORBIDDEN);
        case OVERTAKEN -> Response.of(Status.UNAVAILABLE);
      };
    } catch (IOException e) {
      LOG.error("a new password cannot be kept user=\"{}\": {}", user, e.getMessage());
      return Response.of(Status.UNAVAILABLE);
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

  private static Optional<LoginAttempt> attempt(Request request, LoginService service) {
    Optional<InetAddress> client = request.field("client").flatMap(AccountsDoor::address);
    Optional<String> user = request.field("user").filter(AccountsDoor::isName);
    Optional<byte[]> password =
        request
            .field("password")
            .map(p -> p.getBytes(StandardCharsets.UTF_8))
            .filter(p -> p.length > 0 && p.length <= PASSWORD_MAX);
    if (client.isEmpty() || user.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LoginAttempt(
            service,
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
