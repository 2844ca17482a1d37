package net.facteur.server.lists.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.AnswerPages;
import net.facteur.server.lists.answers.AnswerTokens;
import net.facteur.server.lists.answers.Answers;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.lists.letters.ListLetters;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListRequestsTest {
  private static final UserName LIST = UserName.parse("asso@example.org").orElseThrow();
  private static final MailAddress ALICE = new MailAddress("alice", "example.net");
  private static final MailAddress OWNER = new MailAddress("owner", "example.org");
  private static final Pattern LINK =
      Pattern.compile("https://mail\\.example\\.org/list/answer/(\\S+)");
  private static final Pattern REPLY = Pattern.compile("Reply-To: <asso-request\\+([a-z2-7]+)@");

  @TempDir Path directory = Path.of("");
  private Instant now = Instant.parse("2026-12-01T10:00:00Z");
  private final List<Sent> sent = new ArrayList<>();
  private Lists lists = Lists.unlogged(Path.of("."));
  private ListRequests requests = fresh(lists, directory);
  private AnswerPages pages = new AnswerPages(requests.answers(), Language.ENGLISH);

  private record Sent(ReversePath from, MailAddress to, String text) {
    String found(Pattern pattern) {
      Matcher found = pattern.matcher(text);
      assertTrue(found.find(), text);
      return found.group(1);
    }
  }

  private ListRequests fresh(Lists of, Path in) {
    var random = new Random(7);
    var matters = new Matters(in, () -> now, random);
    var tokens =
        new AnswerTokens(
            (list, text) -> {
              long bits = (list.text() + text).hashCode() * 0x9E3779B97F4A7C15L;
              var tag = new StringBuilder();
              for (int i = 0; i < 16; i++) {
                tag.append(
                    "abcdefghijklmnopqrstuvwxyz234567".charAt((int) (bits >>> (i * 3)) & 31));
              }
              return tag.toString();
            });
    var letters =
        new ListLetters(
            "mail.example.org",
            (from, to, header, body, _) ->
                sent.add(
                    new Sent(
                        from,
                        to,
                        new String(header, StandardCharsets.UTF_8)
                            + new String(body, StandardCharsets.UTF_8))),
            () -> now,
            random);
    var joining =
        new Joining(
            of,
            matters,
            tokens,
            letters,
            Optional.of("https://mail.example.org"),
            Duration.ofDays(3),
            Duration.ofDays(7));
    return new ListRequests(
        joining,
        new Answers(
            matters, tokens, of, List.of(new Confirmations(joining), new Admissions(joining))));
  }

  @BeforeEach
  void list() throws IOException {
    lists = Lists.unlogged(directory.resolve("lists"));
    lists.add(
        MailingList.fresh(LIST, List.of(OWNER), ListOptions.usual(Language.FRENCH))
            .withKind(ListKind.OPEN));
    requests = fresh(lists, directory.resolve("lists"));
    pages = new AnswerPages(requests.answers(), Language.ENGLISH);
  }

  private ListContent content() {
    return lists.list(LIST).orElseThrow();
  }

  private static ListRequests.Incoming mail(
      String tag, Optional<MailAddress> author, String subject, String... lines) {
    return new ListRequests.Incoming(
        tag,
        new ReversePath.Of(author.orElse(new MailAddress("forged", "victim.example"))),
        MessageHeader.parse(
            ("Subject: " + subject + "\r\nMessage-ID: <1@example.net>\r\n")
                .getBytes(StandardCharsets.UTF_8)),
        author,
        "Alice",
        List.of(lines));
  }

  private String ask(String subject) throws IOException {
    return requests.requested(content(), mail("", Optional.of(ALICE), subject));
  }

  private Response page(String token, boolean post, Map<String, List<String>> form)
      throws IOException {
    return pages
        .routes()
        .get(post ? 1 : 0)
        .handler()
        .answer(new Request(Optional.empty(), Map.of("token", token), form));
  }

  private static String text(Response response) {
    return response.body();
  }

  @Test
  void aMemberJoinsByConfirmingAndLeavesByMail() throws IOException {
    assertEquals("asked", ask("abonner"));
    Sent question = sent.getFirst();
    assertEquals(ALICE, question.to());
    assertEquals(ReversePath.Null.NULL, question.from());
    assertTrue(question.text().contains("Auto-Submitted: auto-generated"), question.text());
    assertTrue(question.text().contains("In-Reply-To: <1@example.net>"), question.text());
    assertTrue(question.text().contains("Pour confirmer"), question.text());
    assertTrue(content().members().isEmpty());

    String token = question.found(REPLY);
    assertTrue(("asso-request+" + token).length() <= 64);
    assertEquals(
        "answered: YES",
        requests.requested(
            content(), mail(token, Optional.empty(), "Re: Merci de confirmer", "> quoted")));
    assertEquals("Alice", content().member(ALICE).orElseThrow().name());
    assertTrue(sent.get(1).text().contains("Subject: Bienvenue"), sent.get(1).text());

    assertEquals("there", ask("subscribe"));
    assertEquals("left", ask("unsubscribe"));
    assertTrue(content().members().isEmpty());
    assertEquals(
        "answered: YES",
        requests.requested(content(), mail(token, Optional.empty(), "Re: again")),
        "the token is used up");
    assertTrue(content().members().isEmpty());
  }

  @Test
  void aLinkShowsAQuestionAndItsButtonActsOnce() throws IOException {
    ask("subscribe");
    String token = sent.getFirst().found(LINK);
    String shown = text(page(token, false, Map.of()));
    assertTrue(shown.contains("Oui"), shown);
    assertTrue(content().members().isEmpty(), "to look changes nothing");
    assertTrue(text(page(token, true, Map.of("verdict", List.of("YES")))).contains("maintenant"));
    assertEquals(1, content().members().size());
    String again = text(page(token, true, Map.of("verdict", List.of("YES"))));
    assertTrue(again.contains("alice@example.net a dit oui"), again);
    assertEquals(2, sent.size(), "one question, one welcome");
    String other = token.substring(0, 21) + (token.endsWith("a") ? "b" : "a");
    assertEquals(404, page(other, false, Map.of()).status().code());
    assertEquals(404, page(other, true, Map.of()).status().code());
  }

  @Test
  void aBombOfForgedWishesBothersNobody() throws IOException {
    for (int i = 0; i < 1000; i++) {
      assertEquals(
          "ignored: author not proven",
          requests.requested(content(), mail("", Optional.empty(), "subscribe")));
    }
    assertEquals(List.of(), sent);
    assertTrue(requests.joining().matters().all().isEmpty(), "and leaves nothing on the disk");
  }

  @Test
  void anAddressIsAskedOnceADay() throws IOException {
    for (int i = 0; i < 50; i++) {
      ask("subscribe");
      ask("help");
      ask("what is this");
      ask("unsubscribe");
    }
    assertEquals(3, sent.size(), "a question, a help, and that it is no member");
    now = now.plus(Duration.ofHours(23));
    ask("subscribe");
    assertEquals(3, sent.size());
    now = now.plus(Duration.ofHours(2));
    ask("subscribe");
    assertEquals(4, sent.size());
  }

  @Test
  void aDomainOfManyAddressesGetsOnlySoManyQuestions() throws IOException {
    for (int i = 0; i < 520; i++) {
      requests.requested(
          content(), mail("", Optional.of(new MailAddress("u" + i, "example.com")), "subscribe"));
    }
    assertEquals(500, sent.size());
    assertEquals("asked", ask("subscribe"), "others are asked all the same");
  }

  @Test
  void programsAreNotAnswered() throws IOException {
    var vacation =
        new ListRequests.Incoming(
            "",
            new ReversePath.Of(ALICE),
            MessageHeader.parse(
                "Subject: subscribe\r\nAuto-Submitted: auto-replied\r\n"
                    .getBytes(StandardCharsets.US_ASCII)),
            Optional.of(ALICE),
            "",
            List.of());
    assertEquals("ignored: Auto-Submitted", requests.requested(content(), vacation));
    ask("subscribe");
    String token = sent.getFirst().found(REPLY);
    var answered =
        new ListRequests.Incoming(
            token,
            ReversePath.Null.NULL,
            MessageHeader.parse("Subject: away\r\n".getBytes(StandardCharsets.US_ASCII)),
            Optional.empty(),
            "",
            List.of());
    assertEquals("ignored: null reverse-path", requests.requested(content(), answered));
    assertTrue(content().members().isEmpty(), "a vacation answer confirms nothing");
  }

  @Test
  void anOwnerLetsPeopleIntoAClosedCircle() throws IOException {
    lists.change(LIST, list -> list.withKind(ListKind.MEMBERS));
    ask("subscribe");
    requests.requested(
        content(), mail(sent.getFirst().found(REPLY), Optional.of(ALICE), "Re: confirm"));
    assertTrue(content().members().isEmpty(), "confirmed, and not let in yet");
    Sent toOwner = sent.stream().filter(s -> s.to().equals(OWNER)).findFirst().orElseThrow();
    assertTrue(toOwner.text().contains("alice@example.net"), toOwner.text());
    assertFalse(
        sent.stream().anyMatch(s -> s.to().equals(ALICE) && s.text().contains("owner@example")),
        "nobody learns who the owners are");
    assertEquals(
        "answered: YES",
        requests.requested(
            content(), mail(toOwner.found(REPLY), Optional.of(OWNER), "Re: may she", "Oui")));
    assertTrue(content().member(ALICE).isPresent());
  }

  @Test
  void anOwnerSaysNoWithAReason() throws IOException {
    lists.change(LIST, list -> list.withKind(ListKind.MEMBERS));
    ask("subscribe");
    requests.requested(content(), mail(sent.getFirst().found(REPLY), Optional.of(ALICE), "Re:"));
    Sent toOwner = sent.stream().filter(s -> s.to().equals(OWNER)).findFirst().orElseThrow();
    String token = toOwner.found(LINK);
    assertTrue(text(page(token, false, Map.of())).contains("Jeter sans rien dire"));
    page(token, true, Map.of("verdict", List.of("NO"), "reason", List.of("pas à jour")));
    Sent no = sent.getLast();
    assertEquals(ALICE, no.to());
    assertTrue(no.text().contains("pas à jour"), no.text());
    assertTrue(content().members().isEmpty());
  }

  @Test
  void whoIsNoOwnerAnyMoreDecidesNothing() throws IOException {
    lists.change(LIST, list -> list.withKind(ListKind.MEMBERS));
    ask("subscribe");
    requests.requested(content(), mail(sent.getFirst().found(REPLY), Optional.of(ALICE), "Re:"));
    Sent toOwner = sent.stream().filter(s -> s.to().equals(OWNER)).findFirst().orElseThrow();
    lists.change(LIST, list -> list.withOwners(List.of(ALICE)));
    assertEquals(404, page(toOwner.found(LINK), true, Map.of()).status().code());
    assertEquals(
        "ignored: no such token",
        requests.requested(content(), mail(toOwner.found(REPLY), Optional.of(OWNER), "x", "yes")));
  }

  @Test
  void whoWasPausedGetsPostsAgainByConfirming() throws IOException {
    lists.addMember(
        LIST,
        Member.active(ALICE, "Alice").withState(new Member.State.Paused(Member.Why.BOUNCES, now)));
    assertEquals("asked", ask("subscribe"));
    requests.requested(content(), mail(sent.getFirst().found(REPLY), Optional.of(ALICE), "Re:"));
    assertTrue(content().member(ALICE).orElseThrow().isActive());
  }

  @Test
  void aConfirmationThatIsTooLateCountsForNothing() throws IOException {
    ask("subscribe");
    String token = sent.getFirst().found(REPLY);
    now = now.plus(Duration.ofDays(4));
    assertEquals(
        "ignored: no such token",
        requests.requested(content(), mail(token, Optional.of(ALICE), "Re:")));
    requests.joining().matters().tidy();
    assertTrue(requests.joining().matters().all().isEmpty());
  }
}
