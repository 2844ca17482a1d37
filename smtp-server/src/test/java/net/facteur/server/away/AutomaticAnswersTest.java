package net.facteur.server.away;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.NewMessage;
import net.facteur.server.accounts.UserName;
import net.facteur.server.mime.Entity;
import net.facteur.server.routing.Resolution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutomaticAnswersTest {
  private static final String ALICE = "alice@example.org";
  private static final String BOB = "bob@example.org";
  private static final AnswerMemory.Bounds BOUNDS = new AnswerMemory.Bounds(3, 5);

  @TempDir private Path directory = Path.of("");
  private AwayBench bench;

  @BeforeEach
  void open() throws IOException {
    bench =
        new AwayBench(
            directory,
            Set.of(ALICE, BOB, "carol@example.org", "dan@example.org"),
            Map.of("info@example.org", List.of(ALICE), "all@example.org", List.of(ALICE, BOB)),
            Map.of("board@example.org", List.of(ALICE, BOB)));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void away(String user) throws IOException {
    var _ =
        bench.absences.put(
            AwayBench.away(user, "2026-11-20", Optional.of("2027-01-05")), Optional.empty());
  }

  private static AnsweredMail to(String to) {
    return from("zoe@elsewhere.example", to);
  }

  private static AnsweredMail from(String from, String to) {
    return AwayBench.mail(
        from,
        to,
        "From: " + from,
        "To: " + to,
        "Subject: =?utf-8?Q?F=C3=AAte?= de Noel",
        "References: <a@x> <b@x>",
        "Message-ID: <c@x>");
  }

  @Test
  void anAnswerSaysWhatItAnswersInItsFieldsAndTheTextOfTheUser() throws IOException {
    away(ALICE);
    assertTrue(bench.answered(to(ALICE)));
    NewMessage answer = bench.sent.getFirst();
    assertEquals("<c@x>", AwayBench.field(answer, "In-Reply-To"));
    assertEquals("<a@x> <b@x> <c@x>", AwayBench.field(answer, "References"));
    assertTrue(AwayBench.field(answer, "Subject").startsWith("=?"), "a subject beyond ASCII");
    Entity entity = AwayBench.entity(answer);
    assertEquals(
        "I am away until 4 January.\n\nÀ bientôt, Alice",
        entity.text().replace("\r\n", "\n").strip());
    assertEquals("away", answer.origin());
  }

  @Test
  void theSameSenderIsAnsweredOnceInSevenDaysOverRestartsAndAgainWhereTheTextChanges()
      throws IOException {
    away(ALICE);
    assertTrue(bench.answered(to(ALICE)));
    assertFalse(bench.answered(from("Zoe@Elsewhere.example", ALICE)));
    bench.start(BOUNDS);
    bench.now = bench.now.plus(Duration.ofDays(7).minusSeconds(1));
    assertFalse(bench.answered(to(ALICE)));
    bench.now = bench.now.plusSeconds(1);
    assertTrue(bench.answered(to(ALICE)));
    Absence other =
        new Absence(
            UserName.parse(ALICE).orElseThrow(),
            Absence.Kind.AWAY,
            LocalDate.parse("2026-11-20"),
            Optional.empty(),
            7,
            Optional.empty(),
            "Back a week later.");
    var _ = bench.absences.put(other, Optional.empty());
    assertTrue(bench.answered(to(ALICE)));
  }

  @Test
  void onlyTheDaysOfTheAbsenceCount() throws IOException {
    var _ =
        bench.absences.put(
            AwayBench.away(ALICE, "2026-12-02", Optional.of("2026-12-04")), Optional.empty());
    assertFalse(bench.answered(to(ALICE)), "not yet");
    bench.now = bench.now.plus(Duration.ofDays(2));
    assertTrue(bench.answered(to(ALICE)));
    bench.now = bench.now.plus(Duration.ofDays(1));
    assertFalse(bench.answered(from("another@elsewhere.example", ALICE)), "not any more");
  }

  @Test
  void whoeverIsNotProvenIsNotAnswered() throws IOException {
    away(ALICE);
    AnsweredMail proven = to(ALICE);
    assertFalse(
        bench.answered(
            new AnsweredMail(proven.reversePath(), proven.recipients(), proven.header(), false)));
  }

  @Test
  void anAliasAndARoleAreTheUsersOwnAndWhatIsForManyIsNot() throws IOException {
    away(ALICE);
    assertTrue(bench.answered(from("one@elsewhere.example", "info@example.org")));
    assertEquals("info@example.org", AwayBench.field(bench.sent.getLast(), "From"));
    assertTrue(bench.answered(from("two@elsewhere.example", "board@example.org")));
    assertFalse(bench.answered(from("three@elsewhere.example", "all@example.org")));
    assertFalse(
        bench.answered(
            AwayBench.mail(
                "four@elsewhere.example",
                ALICE,
                "From: four@elsewhere.example",
                "To: undisclosed-recipients:;")));
  }

  @Test
  void answersAreBoundedForEachAndForAll() throws IOException {
    away(ALICE);
    away(BOB);
    bench.start(BOUNDS);
    for (int i = 0; i < 10; i++) {
      bench.answered(from("s" + i + "@elsewhere.example", ALICE));
    }
    assertEquals(3, bench.sent.size());
    for (int i = 0; i < 10; i++) {
      bench.answered(from("s" + i + "@elsewhere.example", BOB));
    }
    assertEquals(5, bench.sent.size());
    bench.now = bench.now.plus(Duration.ofDays(1));
    assertTrue(bench.answered(from("s9@elsewhere.example", ALICE)));
  }

  @Test
  void twoWhoAreAwayAndAListMakeNoLoop() throws IOException {
    away(ALICE);
    away(BOB);
    assertTrue(bench.answered(from(ALICE, BOB)));
    NewMessage first = bench.sent.getFirst();
    assertFalse(bench.answeredAgain(first), "an answer to an answer");
    assertTrue(bench.answered(from(BOB, ALICE)));
    assertFalse(bench.answeredAgain(bench.sent.getLast()));
    AnsweredMail post =
        AwayBench.mail(
            "staff-bounces+alice=example.org@example.org",
            ALICE,
            "From: " + BOB,
            "To: staff@example.org, " + ALICE,
            "List-Id: <staff.example.org>",
            "Subject: hello");
    assertFalse(bench.answered(post));
    assertEquals(2, bench.sent.size());
  }

  @Test
  void whoLeftAnswersForATimeAndIsRefusedOtherwise() throws IOException {
    UserName eve = UserName.parse("eve@example.org").orElseThrow();
    Absence left =
        new Absence(
            eve,
            Absence.Kind.LEFT,
            LocalDate.parse("2026-12-01"),
            Optional.of(LocalDate.parse("2026-12-31")),
            7,
            Optional.empty(),
            "Eve has left. Write to bob@example.org.");
    var _ = bench.absences.put(left, Optional.empty());
    assertTrue(bench.answers.left(AwayBench.address("eve@example.org")));
    assertTrue(bench.resolve("eve@example.org") instanceof Resolution.UnknownUser);
    assertEquals(Answering.Leave.ANSWERED, bench.answers.leave(to("eve@example.org")));
    assertEquals(Answering.Leave.REFUSED, bench.answers.leave(to("eve@example.org")));
    AnsweredMail list =
        AwayBench.mail(
            "news@elsewhere.example", "eve@example.org", "To: eve@example.org", "List-Id: <n.x>");
    assertEquals(Answering.Leave.REFUSED, bench.answers.leave(list));
    assertEquals(1, bench.sent.size());
    bench.now = bench.now.plus(Duration.ofDays(30));
    assertFalse(bench.answers.left(AwayBench.address("eve@example.org")));
  }

  @Test
  void theFileIsReadAsItWasWrittenAndItsDamageCostsOneAbsence() throws IOException {
    away(ALICE);
    away(BOB);
    Path file = bench.absences.file().path();
    String text = Files.readString(file);
    assertTrue(
        text.contains("away alice@example.org from=2026-11-20 end=2027-01-05 days=7\n| I am away"),
        text);
    Files.writeString(
        file, text.replace("away bob@example.org from=", "away bob@example.org since="));
    bench.absences.refresh();
    assertEquals(1, bench.absences.problems().size(), bench.absences.problems().toString());
    Absence alice = bench.absences.find(UserName.parse(ALICE).orElseThrow()).orElseThrow();
    assertEquals("I am away until 4 January.\n\nÀ bientôt, Alice", alice.text());
    assertEquals(
        AbsencesFile.Outcome.OVERTAKEN,
        bench.absences.remove(alice.user(), Optional.of("another")));
    assertEquals(
        AbsencesFile.Outcome.DONE, bench.absences.remove(alice.user(), Optional.of(alice.stamp())));
    assertEquals(
        AbsencesFile.Outcome.UNKNOWN, bench.absences.remove(alice.user(), Optional.empty()));
    assertTrue(Files.readString(file).contains("since="), "what cannot be read stays");
  }
}
