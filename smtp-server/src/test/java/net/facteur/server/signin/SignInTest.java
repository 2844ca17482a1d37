package net.facteur.server.signin;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HERE;
import static net.facteur.server.signin.SignInHouse.HOST;
import static net.facteur.server.signin.SignInHouse.ORIGIN;
import static net.facteur.server.signin.SignInHouse.OUTSIDE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.signin.SignIn.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is let in, with what, and for how long.
class SignInTest {
  @TempDir private Path directory = Path.of("");
  private SignInHouse house;

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Outcome code(Outcome half, String typed) throws Exception {
    return house.signIn.code(OUTSIDE, ((Outcome.CodeWanted) half).token(), typed);
  }

  private Outcome password(String user, String password) throws Exception {
    return house.signIn.password(OUTSIDE, user, password);
  }

  private String right(TimeCode secret) {
    return secret.at(house.now);
  }

  private static String wrong(String right) {
    return right.equals("000000") ? "000001" : "000000";
  }

  @Test
  void aMemberIsInByThePasswordOfTheMailbox() throws Exception {
    var in = house.in(OUTSIDE, BOB);
    var visitor = house.visitor(OUTSIDE, in).orElseThrow();
    assertEquals(BOB, visitor.name());
    assertFalse(visitor.administrator());
    assertFalse(visitor.bare());
    assertFalse(
        Files.readString(directory.resolve("web/sessions")).contains(in.token().text()),
        "who reads the file has no session");
    assertEquals(
        List.of("signed-in"),
        house.journal.newest(Instant.EPOCH, _ -> true, 9).stream().map(Deed::kind).toList());
  }

  @Test
  void unknownUsersWrongPasswordsAndLockedUsersGetTheSameAnswer() throws Exception {
    house.change(BOB, user -> user.withLock(true));
    assertEquals(Outcome.No.WRONG, password("nobody@example.org", "correct horse"));
    assertEquals(Outcome.No.WRONG, password(ALICE.text(), "wrong"));
    assertEquals(Outcome.No.WRONG, password(BOB.text(), "correct horse"));
    assertEquals(Outcome.No.WRONG, password("", "x"));
    assertEquals(Outcome.No.WRONG, password("a\nb", "x"));
    assertEquals(Outcome.No.WRONG, password("x".repeat(300), "x"));
    assertEquals(Outcome.No.WRONG, password(BOB.text(), ""));
    assertEquals(Outcome.No.WRONG, password(BOB.text(), "x".repeat(2000)));
  }

  @Test
  void appPasswordsOpenNoPages() throws Exception {
    var made = AppPassword.make("phone", AppPassword.Use.MAIL, Optional.empty(), house.random);
    house.change(BOB, user -> user.withAppPasswords(List.of(made.kept())));
    assertEquals(Outcome.No.APP_PASSWORD, password(BOB.text(), made.shown()));
  }

  @Test
  void whoMayNotSendOrHasNoMailboxMayOpenPages() throws Exception {
    house.change(
        BOB, user -> user.with(Restriction.SUSPENDED, true).with(Restriction.SEND_ONLY, true));
    assertTrue(house.visitor(OUTSIDE, house.in(OUTSIDE, BOB)).isPresent());
  }

  @Test
  void wrongPasswordsAreDampedAndSoIsTheRightOneThen() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(Outcome.No.WRONG, password(BOB.text(), "wrong"));
    }
    assertEquals(Outcome.No.DAMPED, password(BOB.text(), "correct horse"));
    house.now = house.now.plus(Duration.ofMinutes(16));
    assertInstanceOf(Outcome.In.class, password(BOB.text(), "correct horse"));
  }

  @Test
  void anAdministratorFromOutsideNeedsMoreThanAPassword() throws Exception {
    assertEquals(Outcome.No.NOT_FROM_OUTSIDE, password(ALICE.text(), "correct horse"));
    assertTrue(house.visitor(HERE, house.in(HERE, ALICE)).orElseThrow().administrator());
    TimeCode secret = house.enrol(ALICE);
    Outcome half = password(ALICE.text(), "correct horse");
    assertEquals(Outcome.No.WRONG, code(half, wrong(right(secret))));
    var in = assertInstanceOf(Outcome.In.class, code(half, right(secret)));
    assertTrue(house.visitor(OUTSIDE, in).orElseThrow().administrator());
  }

  @Test
  void aSessionOfThisMachineIsNoAdministratorElsewhere() throws Exception {
    var in = house.in(HERE, ALICE);
    assertTrue(house.visitor(HERE, in).orElseThrow().administrator());
    var outside = house.visitor(OUTSIDE, in).orElseThrow();
    assertFalse(outside.administrator());
    assertTrue(outside.bare());
  }

  @Test
  void aTimeCodeIsTakenOnce() throws Exception {
    TimeCode secret = house.enrol(BOB);
    String code = right(secret);
    assertInstanceOf(Outcome.In.class, code(password(BOB.text(), "correct horse"), code));
    assertEquals(Outcome.No.WRONG, code(password(BOB.text(), "correct horse"), code));
    house.now = house.now.plusSeconds(30);
    assertInstanceOf(Outcome.In.class, code(password(BOB.text(), "correct horse"), right(secret)));
  }

  @Test
  void aHalfSignInIsNoSessionAndEndsWithItsUse() throws Exception {
    TimeCode secret = house.enrol(BOB);
    var half = (Outcome.CodeWanted) password(BOB.text(), "correct horse");
    assertEquals(Optional.empty(), house.signIn.visitor(OUTSIDE, half.token()));
    var in = assertInstanceOf(Outcome.In.class, code(half, right(secret)));
    assertNotEquals(half.token(), in.token(), "who planted the first has not the second");
    assertEquals(Outcome.No.TOO_LATE, code(half, right(secret)));
    var late = password(BOB.text(), "correct horse");
    house.now = house.now.plus(Duration.ofMinutes(11));
    assertEquals(Outcome.No.TOO_LATE, code(late, right(secret)));
  }

  @Test
  void whoKnowsThePasswordCannotGuessCodesForEver() throws Exception {
    TimeCode secret = house.enrol(BOB);
    int looked = 0;
    for (int network = 0; network < 40; network++) {
      var client = new SignIn.Client(InetAddress.ofLiteral("198.51." + network + ".7"), false, "x");
      var half = (Outcome.CodeWanted) house.signIn.password(client, BOB.text(), "correct horse");
      if (house.signIn.code(client, half.token(), wrong(right(secret))) == Outcome.No.WRONG) {
        looked++;
      }
    }
    assertEquals(30, looked, "a right password forgives no wrong codes");
    assertEquals(Outcome.No.DAMPED, code(password(BOB.text(), "correct horse"), right(secret)));
    house.now = house.now.plus(Duration.ofHours(25));
    assertInstanceOf(Outcome.In.class, code(password(BOB.text(), "correct horse"), right(secret)));
  }

  @Test
  void aRecoveryCodeStandsInForATimeCodeOnce() throws Exception {
    var visitor = house.visitor(OUTSIDE, house.in(OUTSIDE, BOB)).orElseThrow();
    TimeCode secret = house.signIn.newSecret();
    assertEquals(
        Optional.empty(), house.signIn.enrol(OUTSIDE, visitor, secret, wrong(right(secret))));
    assertTrue(house.proofs.of(visitor.user()).isNone(), "nobody is locked out by a bad scan");
    var made = house.signIn.enrol(OUTSIDE, visitor, secret, right(secret)).orElseThrow();
    String recovery = made.shown().getFirst();
    assertInstanceOf(Outcome.In.class, code(password(BOB.text(), "correct horse"), recovery));
    assertEquals(Outcome.No.WRONG, code(password(BOB.text(), "correct horse"), recovery));
    assertEquals(9, house.proofs.of(visitor.user()).recovery().hashes().size());
    String kept = Files.readString(directory.resolve("web/proofs"));
    assertFalse(kept.contains(made.shown().getLast().replace("-", "")));
  }

  @Test
  void sessionsEndIfNobodyLooksAndInTheEnd() throws Exception {
    var in = house.in(OUTSIDE, BOB);
    house.now = house.now.plus(Duration.ofMinutes(61));
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, in), "idle");
    var busy = house.in(OUTSIDE, BOB);
    for (int i = 0; i < 14; i++) {
      house.now = house.now.plus(Duration.ofMinutes(50));
      assertTrue(house.visitor(OUTSIDE, busy).isPresent(), "it is looked at");
    }
    house.now = house.now.plus(Duration.ofMinutes(50));
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, busy), "twelve hours are over");
  }

  @Test
  void anotherPasswordALockAndARemovalEndTheSessions() throws Exception {
    var first = house.in(OUTSIDE, BOB);
    house.change(BOB, user -> user.withPassword(house.hash("another one"), user.scram()));
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, first));
    house.change(BOB, user -> user.withPassword(house.hash("correct horse"), user.scram()));
    var second = house.in(OUTSIDE, BOB);
    house.change(BOB, user -> user.withLock(true));
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, second));
    house.change(BOB, user -> user.withLock(false));
    var third = house.in(OUTSIDE, BOB);
    house.accounts.change(new UserChange.Remove(BOB));
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, third));
  }

  @Test
  void aPasswordChangedWhileNoServerRanEndsTheSessionsToo() throws Exception {
    var in = house.in(OUTSIDE, BOB);
    house.close();
    var before = house.users.read().find(BOB).orElseThrow();
    house.users.apply(
        new UserChange.Replace(
            before, before.withPassword(house.hash("another one"), before.scram())));
    house = new SignInHouse(directory);
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, in));
  }

  @Test
  void aRestartSignsNobodyOut() throws Exception {
    var in = house.in(OUTSIDE, BOB);
    house.close();
    house = new SignInHouse(directory);
    assertTrue(house.visitor(OUTSIDE, in).isPresent());
  }

  @Test
  void aCommandEndsASessionOfTheRunningServer() throws Exception {
    var one = house.in(OUTSIDE, BOB);
    var other = house.in(OUTSIDE, BOB);
    var command = new SessionStore(directory.resolve("web/sessions"), () -> house.now);
    assertEquals(2, command.list(Optional.of(BOB), house.signIn.life()).size());
    assertEquals(1, command.end(s -> s.id().equals(one.session().id())).size());
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, one));
    assertTrue(house.visitor(OUTSIDE, other).isPresent());
  }

  @Test
  void oneUserHasSoManySessionsAndNoMore() throws Exception {
    var first = house.in(OUTSIDE, BOB);
    for (int i = 0; i < SessionStore.MOST_OF_USER; i++) {
      house.now = house.now.plusSeconds(1);
      house.in(OUTSIDE, BOB);
    }
    assertEquals(
        SessionStore.MOST_OF_USER,
        house.sessions.list(Optional.of(BOB), house.signIn.life()).size());
    assertEquals(Optional.empty(), house.visitor(OUTSIDE, first), "the oldest went");
  }

  @Test
  void anInvitationOpensOnceAndAnAdministratorGetsAProofFirst() throws Exception {
    Token link = house.invitations.invite(ALICE, house.random);
    assertEquals(Optional.of(ALICE), house.signIn.invited(link), "a look uses nothing up");
    assertEquals(Optional.of(ALICE), house.signIn.invited(link));
    var in = assertInstanceOf(Outcome.In.class, house.signIn.invitation(OUTSIDE, link));
    assertEquals(Outcome.No.TOO_LATE, house.signIn.invitation(OUTSIDE, link));
    var visitor = house.visitor(OUTSIDE, in).orElseThrow();
    assertTrue(visitor.bare());
    assertFalse(visitor.administrator());
    assertTrue(house.signIn.maySetPassword(visitor.session()));
    house.now = house.now.plus(Duration.ofMinutes(31));
    assertFalse(house.signIn.maySetPassword(visitor.session()));
  }

  @Test
  void anInvitationIsNotForEverAndALaterOneTakesItsPlace() throws Exception {
    Token first = house.invitations.invite(BOB, house.random);
    Token second = house.invitations.invite(BOB, house.random);
    assertEquals(Optional.empty(), house.signIn.invited(first));
    house.now = house.now.plus(Invitations.LIFE);
    assertEquals(Optional.empty(), house.signIn.invited(second));
    assertEquals(Outcome.No.TOO_LATE, house.signIn.invitation(OUTSIDE, second));
  }

  @Test
  void anInvitationStandsInForThePasswordAndNotForTheCode() throws Exception {
    house.enrol(ALICE);
    assertInstanceOf(
        Outcome.CodeWanted.class,
        house.signIn.invitation(OUTSIDE, house.invitations.invite(ALICE, house.random)));
  }

  @Test
  void aRenamedUserKeepsProofsAndSessions() throws Exception {
    house.enrol(BOB);
    UserName robert = UserName.parse("robert@example.org").orElseThrow();
    house.accounts.change(new UserChange.Rename(BOB, robert));
    assertInstanceOf(Outcome.CodeWanted.class, password(robert.text(), "correct horse"));
  }

  @Test
  void whoHasTheNameNextHasNothingOfTheOneBefore() throws Exception {
    house.enrol(BOB);
    Token link = house.invitations.invite(BOB, house.random);
    assertTrue(house.signIn.forget(BOB));
    assertInstanceOf(Outcome.In.class, password(BOB.text(), "correct horse"));
    assertEquals(Optional.empty(), house.signIn.invited(link));
    assertFalse(house.signIn.forget(BOB));
  }

  // ---- passkeys

  private SoftDevice withPasskey(UserName name, SignIn.Client client) throws Exception {
    var device = new SoftDevice();
    var visitor = house.visitor(client, house.in(client, name)).orElseThrow();
    String options = house.signIn.passkeyCreation(visitor, HOST, ORIGIN);
    assertTrue(
        house.signIn.addPasskey(
            client, visitor, HOST, ORIGIN, "<b>My key\n", device.create(options, ORIGIN)));
    return device;
  }

  private Outcome byPasskey(SoftDevice device, String origin) throws Exception {
    Token browser = Token.make(house.random);
    String options = house.signIn.passkeyRequest(browser, HOST, ORIGIN);
    return house.signIn.passkey(OUTSIDE, browser, HOST, ORIGIN, device.get(options, origin));
  }

  @Test
  void aPasskeyIsEnoughAlsoForAnAdministratorFromOutside() throws Exception {
    SoftDevice device = withPasskey(ALICE, HERE);
    assertEquals(Outcome.No.PASSKEY_WANTED, password(ALICE.text(), "correct horse"));
    var in = assertInstanceOf(Outcome.In.class, byPasskey(device, ORIGIN));
    assertTrue(house.visitor(OUTSIDE, in).orElseThrow().administrator());
    Passkey kept = house.proofs.of(house.user(ALICE)).passkeys().getFirst();
    assertEquals(2, kept.counter(), "as the device counted");
    assertEquals("<b>My key", kept.label());
    assertTrue(kept.used().isPresent());
  }

  @Test
  void aPasskeyOfAnotherSiteOrWithoutItsUserOrCopiedProvesNothing() throws Exception {
    SoftDevice device = withPasskey(BOB, OUTSIDE);
    assertEquals(Outcome.No.WRONG, byPasskey(device, "https://evil.example"));
    device.verifies = false;
    assertEquals(Outcome.No.WRONG, byPasskey(device, ORIGIN));
    device.verifies = true;
    device.counter = 9;
    assertInstanceOf(Outcome.In.class, byPasskey(device, ORIGIN));
    device.counter = 9;
    assertEquals(Outcome.No.WRONG, byPasskey(device, ORIGIN), "there are two of it");
  }

  @Test
  void anAnswerOfAPasskeyIsGoodForOnce() throws Exception {
    SoftDevice device = withPasskey(BOB, OUTSIDE);
    Token browser = Token.make(house.random);
    String answer = device.get(house.signIn.passkeyRequest(browser, HOST, ORIGIN), ORIGIN);
    assertInstanceOf(
        Outcome.In.class, house.signIn.passkey(OUTSIDE, browser, HOST, ORIGIN, answer));
    assertEquals(Outcome.No.TOO_LATE, house.signIn.passkey(OUTSIDE, browser, HOST, ORIGIN, answer));
    house.signIn.passkeyRequest(browser, HOST, ORIGIN);
    assertEquals(Outcome.No.WRONG, house.signIn.passkey(OUTSIDE, browser, HOST, ORIGIN, answer));
  }

  @Test
  void answersThatAreNoneOpenNothing() throws Exception {
    withPasskey(BOB, OUTSIDE);
    for (String answer :
        List.of(
            "",
            "{",
            "[]",
            "{\"id\":7}",
            "{\"id\":\"ABEiM0RVZneImaq7zN3u_w\"}",
            "x".repeat(1 << 17))) {
      Token browser = Token.make(house.random);
      house.signIn.passkeyRequest(browser, HOST, ORIGIN);
      assertEquals(Outcome.No.WRONG, house.signIn.passkey(OUTSIDE, browser, HOST, ORIGIN, answer));
    }
  }

  @Test
  void aPasskeyThatWasTakenAwayOpensNothing() throws Exception {
    SoftDevice device = withPasskey(BOB, OUTSIDE);
    var visitor = house.visitor(OUTSIDE, house.in(OUTSIDE, BOB)).orElseThrow();
    house.signIn.removePasskey(
        OUTSIDE, visitor, house.proofs.of(visitor.user()).passkeys().getFirst().id());
    assertEquals(Outcome.No.WRONG, byPasskey(device, ORIGIN));
  }

  @Test
  void aPasskeyOfALockedUserOpensNothing() throws Exception {
    SoftDevice device = withPasskey(BOB, OUTSIDE);
    house.change(BOB, user -> user.withLock(true));
    assertEquals(Outcome.No.WRONG, byPasskey(device, ORIGIN));
  }

  @Test
  void aRegistrationForAnotherChallengeOrSiteIsNotTaken() throws Exception {
    var visitor = house.visitor(OUTSIDE, house.in(OUTSIDE, BOB)).orElseThrow();
    String options = house.signIn.passkeyCreation(visitor, HOST, ORIGIN);
    String answer = new SoftDevice().create(options, ORIGIN);
    house.signIn.passkeyCreation(visitor, HOST, ORIGIN);
    assertFalse(house.signIn.addPasskey(OUTSIDE, visitor, HOST, ORIGIN, "key", answer));
    assertFalse(house.signIn.addPasskey(OUTSIDE, visitor, HOST, ORIGIN, "key", answer));
    String other = house.signIn.passkeyCreation(visitor, HOST, ORIGIN);
    assertFalse(
        house.signIn.addPasskey(
            OUTSIDE,
            visitor,
            HOST,
            ORIGIN,
            "key",
            new SoftDevice().create(other, "https://evil.example")));
  }

  @Test
  void formsOfOtherSitesCannotMakeUpTheToken() {
    Token token = Token.make(house.random);
    assertTrue(token.matches(token.forForm("a"), "a"));
    assertFalse(token.matches(token.forForm("a"), "b"));
    assertFalse(token.matches("", "a"));
    assertFalse(token.matches(token.hash(), "a"));
    assertFalse(Token.make(house.random).matches(token.forForm("a"), "a"));
    assertEquals(Optional.of(token), Token.parse(token.text()));
    assertEquals(Optional.empty(), Token.parse(token.text() + "="));
    assertEquals(Optional.empty(), Token.parse(""));
  }
}
