package net.facteur.server.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import net.facteur.server.accounts.LoginAttempt;
import net.facteur.server.accounts.LoginOutcome;
import net.facteur.server.accounts.LoginService;
import net.facteur.server.accounts.Logins;
import net.facteur.server.accounts.PasswordChanges;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsDoorTest {
  private static final String SECRET = "abcdefghijklmnopqrstuvwxyz";
  private static final String WEBMAIL = "zyxwvutsrqponmlkjihgfedcba";

  private final List<LoginAttempt> asked = new ArrayList<>();
  private final List<String> gone = new ArrayList<>();
  private CompletionStage<LoginOutcome> outcome =
      CompletableFuture.completedStage(
          new LoginOutcome.Accepted("alice@example.org", Optional.empty(), Optional.empty()));

  private final Logins logins =
      new Logins() {
        @Override
        public CompletionStage<LoginOutcome> login(LoginAttempt attempt) {
          asked.add(
              new LoginAttempt(
                  attempt.service(),
                  attempt.session(),
                  attempt.client(),
                  attempt.mechanism(),
                  attempt.user(),
                  attempt.password().clone()));
          return outcome;
        }

        @Override
        public void gone(String session) {
          gone.add(session);
        }
      };

  private final Mailboxes mailboxes =
      new Mailboxes() {
        @Override
        public Answer find(String name) {
          return switch (name) {
            case "alice@example.org" ->
                new Answer.Found(name, Path.of("/mail/example.org/alice"), 1024);
            case "later@example.org" -> new Answer.Unavailable();
            default -> new Answer.Unknown();
          };
        }

        @Override
        public List<String> names() {
          return List.of("alice@example.org", "bob@example.org");
        }
      };

  private final List<String> given = new ArrayList<>();
  private PasswordChanges.Outcome change = PasswordChanges.Outcome.DONE;
  private boolean broken;

  private final PasswordChanges passwords =
      (user, password) -> {
        if (broken) {
          throw new IOException("no space left");
        }
        given.add(user + " " + password.text());
        return change;
      };

  private final AppLogins appLogins = new AppLogins(_ -> false);

  private final AccountsDoor door =
      new AccountsDoor(
          new AccountsDoor.Secrets(() -> SECRET, () -> WEBMAIL),
          () -> logins,
          new AccountsDoor.NewPasswords(() -> passwords, () -> new PasswordRules(10)),
          () -> mailboxes,
          appLogins,
          Duration.ofMillis(50));

  private Response ask(String path, Map<String, String> fields) throws IOException {
    List<String> paths = List.of("/password", "/mailbox", "/mailboxes", "/new-password");
    Route route = door.routes().all().get(paths.indexOf(path));
    return route
        .handler()
        .answer(
            new Request(
                Optional.empty(),
                Map.of(),
                fields.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue())))));
  }

  private static Map<String, String> login() {
    return new HashMap<>(
        Map.of(
            "secret", SECRET,
            "service", "imap",
            "session", "a+b/c",
            "client", "192.0.2.7",
            "user", "Alice@example.org",
            "password", "right"));
  }

  @Test
  void aLoginIsAskedOfThePortWithServiceAddressAndSession() throws IOException {
    Response answer = ask("/password", login());
    assertEquals(Status.OK, answer.status());
    assertEquals("user=alice@example.org\n", answer.body());
    LoginAttempt attempt = asked.getFirst();
    assertEquals(LoginService.IMAP, attempt.service());
    assertEquals("192.0.2.7", attempt.client().getAddress().getHostAddress());
    assertEquals("a_b_c", attempt.session());
    assertEquals("Alice@example.org", attempt.user());
    assertEquals(List.of("a_b_c"), gone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/password", "/mailbox", "/mailboxes"})
  void whoeverLacksTheSecretFindsNothing(String path) throws IOException {
    Map<String, String> fields = login();
    fields.put("secret", SECRET + "x");
    assertEquals(Status.NOT_FOUND, ask(path, fields).status());
    fields.remove("secret");
    Response answer = ask(path, fields);
    assertEquals(Status.NOT_FOUND, answer.status());
    assertEquals("", answer.body());
    assertTrue(asked.isEmpty());
  }

  @Test
  void eachOutcomeHasItsStatus() throws IOException {
    Map<LoginOutcome, Status> expected =
        Map.of(
            LoginOutcome.Refused.CREDENTIALS,
            Status.UNAUTHORIZED,
            LoginOutcome.Refused.DAMPED,
            Status.UNAUTHORIZED,
            LoginOutcome.Refused.LOCKED,
            Status.UNAUTHORIZED,
            LoginOutcome.Barred.APP_PASSWORD,
            Status.FORBIDDEN,
            LoginOutcome.Barred.SEND_ONLY,
            Status.FORBIDDEN,
            new LoginOutcome.Unavailable(),
            Status.UNAVAILABLE);
    for (Map.Entry<LoginOutcome, Status> each : expected.entrySet()) {
      outcome = CompletableFuture.completedStage(each.getKey());
      assertEquals(each.getValue(), ask("/password", login()).status(), each::toString);
    }
  }

  /// Such sessions could not be ended without those of others.
  @ParameterizedTest
  @ValueSource(strings = {"*@example.org", "a?ice@example.org"})
  void whoeverHasAMaskForANameOpensNoSession(String name) throws IOException {
    outcome =
        CompletableFuture.completedStage(
            new LoginOutcome.Accepted(name, Optional.empty(), Optional.empty()));
    assertEquals(Status.FORBIDDEN, ask("/password", login()).status());
  }

  @Test
  void aCheckThatTakesTooLongOrFailsIsPutOffAndForgotten() throws IOException {
    outcome = new CompletableFuture<>();
    assertEquals(Status.UNAVAILABLE, ask("/password", login()).status());
    assertEquals(List.of("a_b_c"), gone);
    outcome = CompletableFuture.failedStage(new IllegalStateException("a bug"));
    assertEquals(Status.UNAVAILABLE, ask("/password", login()).status());
  }

  @ParameterizedTest
  @CsvSource({
    "service,submission",
    "service,web",
    "service,lmtp",
    "client,somewhere",
    "user,''",
    "user,'a\u0007b'",
    "password,''"
  })
  void whatDovecotNeverSendsIsRefusedUnasked(String field, String value) throws IOException {
    Map<String, String> fields = login();
    fields.put(field, value);
    assertEquals(Status.BAD_REQUEST, ask("/password", fields).status());
    assertTrue(asked.isEmpty());
  }

  @Test
  void namesAndPasswordsThatAreTooLongAreRefusedUnasked() throws IOException {
    Map<String, String> fields = login();
    fields.put("user", "x".repeat(256));
    assertEquals(Status.BAD_REQUEST, ask("/password", fields).status());
    fields = login();
    fields.put("password", "x".repeat(1025));
    assertEquals(Status.BAD_REQUEST, ask("/password", fields).status());
    assertTrue(asked.isEmpty());
  }

  @Test
  void aMailboxIsFoundUnknownOrNotToBeSaid() throws IOException {
    Map<String, String> fields = new HashMap<>(Map.of("secret", SECRET));
    fields.put("user", "alice@example.org");
    List<String> lines = ask("/mailbox", fields).body().lines().sorted().toList();
    assertEquals(
        List.of("home=/mail/example.org/alice", "quota=1024", "user=alice@example.org"), lines);
    fields.put("user", "later@example.org");
    assertEquals(Status.UNAVAILABLE, ask("/mailbox", fields).status());
    fields.put("user", "nobody@example.org");
    assertEquals(Status.NOT_FOUND, ask("/mailbox", fields).status());
  }

  @Test
  void allMailboxesAreALineEach() throws IOException {
    assertEquals(
        "alice@example.org\nbob@example.org\n", ask("/mailboxes", Map.of("secret", SECRET)).body());
    assertFalse(ask("/mailboxes", Map.of("secret", "")).body().contains("alice"));
  }

  private static Map<String, String> newPassword() {
    return new HashMap<>(
        Map.of(
            "secret", WEBMAIL,
            "session", "a1",
            "client", "192.0.2.7",
            "user", "Alice@example.org",
            "password", "right",
            "new-password", "another-horse-8"));
  }

  @Test
  void whoShowsThePasswordGetsAnotherOne() throws IOException {
    Response answer = ask("/new-password", newPassword());
    assertEquals(Status.OK, answer.status());
    assertEquals(List.of("alice@example.org another-horse-8"), given);
    assertEquals(LoginService.WEB, asked.getFirst().service());
    assertEquals("192.0.2.7", asked.getFirst().client().getAddress().getHostAddress());
    assertEquals(List.of("a1"), gone);
  }

  @Test
  void aPasswordStaysWhereTheOldOneIsNotShown() throws IOException {
    Map<LoginOutcome, Status> expected =
        Map.of(
            LoginOutcome.Refused.CREDENTIALS,
            Status.UNAUTHORIZED,
            LoginOutcome.Refused.DAMPED,
            Status.UNAUTHORIZED,
            LoginOutcome.Barred.APP_PASSWORD,
            Status.FORBIDDEN,
            new LoginOutcome.Accepted("alice@example.org", Optional.of("phone"), Optional.empty()),
            Status.FORBIDDEN,
            new LoginOutcome.Unavailable(),
            Status.UNAVAILABLE);
    for (Map.Entry<LoginOutcome, Status> each : expected.entrySet()) {
      outcome = CompletableFuture.completedStage(each.getKey());
      assertEquals(each.getValue(), ask("/new-password", newPassword()).status(), each::toString);
    }
    assertEquals(List.of(), given);
  }

  @ParameterizedTest
  @CsvSource({
    "new-password,short-7",
    "new-password,'with a bell \u0007'",
    "password,''",
    "client,somewhere",
    "user,''"
  })
  void whatCanBeNoPasswordIsRefusedUnasked(String field, String value) throws IOException {
    Map<String, String> fields = newPassword();
    fields.put(field, value);
    assertEquals(Status.BAD_REQUEST, ask("/new-password", fields).status());
    assertTrue(asked.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "marseille13!,leaked,fuité",
    "4l1c3alice9,name,nom",
    "ninechars,at least 10 characters,au moins 10 caractères"
  })
  void aWeakPasswordIsRefusedWithWordsInTheLanguageOfTheWebmail(
      String weak, String english, String french) throws IOException {
    Map<String, String> fields = newPassword();
    fields.put("new-password", weak);
    Response refused = ask("/new-password", fields);
    assertEquals(Status.BAD_REQUEST, refused.status());
    assertTrue(refused.body().contains(english), refused.body());
    fields.put("language", "fr");
    assertTrue(ask("/new-password", fields).body().contains(french));
    assertFalse(refused.body().contains(weak));
    assertEquals(List.of(), given);
  }

  @Test
  void whoeverCannotShowTheOldPasswordIsNotToldWhatARuleSays() throws IOException {
    outcome = CompletableFuture.completedStage(LoginOutcome.Refused.CREDENTIALS);
    Map<String, String> fields = newPassword();
    fields.put("new-password", "marseille13!");
    Response answer = ask("/new-password", fields);
    assertEquals(Status.UNAUTHORIZED, answer.status());
    assertEquals("", answer.body());
  }

  @Test
  void aChangeThatIsNotMadeIsNotCalledMade() throws IOException {
    change = PasswordChanges.Outcome.ELSEWHERE;
    assertEquals(Status.FORBIDDEN, ask("/new-password", newPassword()).status());
    change = PasswordChanges.Outcome.OVERTAKEN;
    assertEquals(Status.UNAVAILABLE, ask("/new-password", newPassword()).status());
    broken = true;
    assertEquals(Status.UNAVAILABLE, ask("/new-password", newPassword()).status());
  }

  @Test
  void theSecretOfTheWebmailOpensNothingElse() throws IOException {
    for (String path : List.of("/password", "/mailbox", "/mailboxes")) {
      Map<String, String> fields = login();
      fields.put("secret", WEBMAIL);
      assertEquals(Status.NOT_FOUND, ask(path, fields).status(), path);
    }
    Map<String, String> fields = newPassword();
    fields.put("secret", SECRET);
    assertEquals(Status.NOT_FOUND, ask("/new-password", fields).status());
    assertEquals(List.of(), given);
    assertTrue(asked.isEmpty());
  }
}
