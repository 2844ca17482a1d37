package net.facteur.server.lists.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WishTest {
  private static final About POST =
      new About.Post(
          new QueueId("0123456789ABCDEF"), java.util.Optional.empty(), false, "a subject");

  @ParameterizedTest
  @CsvSource({
    "subscribe,JOIN",
    "SUBSCRIBE,JOIN",
    "Re: subscribe,JOIN",
    "Abonner,JOIN",
    "s'abonner,JOIN",
    "Je veux m'abonner,JOIN",
    "Je souhaite m\u2019inscrire svp,JOIN",
    "please subscribe me,JOIN",
    "inscription,JOIN",
    "unsubscribe,LEAVE",
    "Désabonner,LEAVE",
    "desabonnement,LEAVE",
    "se désinscrire,LEAVE",
    "Veuillez me désabonner,LEAVE",
    "dés-abonner,LEAVE",
    "STOP,LEAVE",
    "quitter,LEAVE",
    "help,HELP",
    "aide,HELP",
    "?,HELP",
    "Question about subscribe,UNCLEAR",
    "Hello,UNCLEAR"
  })
  void aSubjectSaysWhatSomebodyWants(String subject, Wish wish) {
    assertEquals(wish, Wish.of(subject, List.of()));
  }

  @Test
  void theFirstLineCountsWhereTheSubjectSaysNothing() {
    assertEquals(Wish.LEAVE, Wish.of("", List.of("", "  unsubscribe  ", "subscribe")));
    assertEquals(Wish.JOIN, Wish.of("my wish", List.of("> unsubscribe", "abonner")));
    assertEquals(Wish.JOIN, Wish.of("subscribe", List.of("unsubscribe")));
    assertEquals(Wish.UNCLEAR, Wish.of("", List.of("-- ", "Bob")));
    assertEquals(Wish.UNCLEAR, Wish.of("", List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "Yes,YES,''",
    "oui.,YES,''",
    "D'accord,YES,''",
    "Non: hors sujet,NO,hors sujet",
    "no,NO,it is too long",
    "Rejeté : publicité,NO,publicité",
    "spam,DISCARD,''",
    "jeter,DISCARD,''",
  })
  void theFirstWordOfAReplyAnswers(String first, Verdict verdict, String reason) {
    assertEquals(
        new Reply.Said(verdict, reason),
        Reply.of(
            List.of(
                "", first, "it is too long", "Le 1 décembre, asso@example.org a écrit :", "> yes"),
            POST));
  }

  @Test
  void whatIsNoAnswerIsNone() {
    assertEquals(new Reply.Unclear(), Reply.of(List.of("I do not know"), POST));
    assertEquals(new Reply.Unclear(), Reply.of(List.of("> yes"), POST));
    assertEquals(new Reply.Unclear(), Reply.of(List.of(), POST));
    assertEquals(
        new Reply.Said(Verdict.YES, ""),
        Reply.of(
            List.of("> quoted"), new About.Confirmation(new MailAddress("a", "example.org"), "")));
  }
}
