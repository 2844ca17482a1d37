package net.facteur.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTest {
  private static final String HOST = "mx.friends.test";
  private static final String GOOD =
      "spf=pass smtp.mailfrom=asso.test; dkim=pass header.d=asso.test header.s=trial;"
          + " dkim=pass header.d=asso.test header.s=trial-ed; dmarc=pass header.from=asso.test";

  @TempDir Path directory;

  @Test
  void honestMailMustPassEverything() throws Exception {
    assertTrue(Outcome.arrived(Trial.HONEST, message(GOOD), HOST).passed());
    assertEquals(
        "dkim=pass dkim=pass dmarc=pass spf=pass",
        Outcome.arrived(Trial.HONEST, message(GOOD), HOST).summary().in(Language.ENGLISH));
    for (String method : List.of("spf", "dkim", "dmarc")) {
      String bad = GOOD.replaceFirst(method + "=pass", method + "=temperror");
      assertEquals(
          List.of(Text.of(method + "=temperror")),
          Outcome.arrived(Trial.HONEST, message(bad), HOST).faults());
      String without = GOOD.replaceAll("(^|; )" + method + "=[^;]*", "$1x-none=none");
      assertFalse(Outcome.arrived(Trial.HONEST, message(without), HOST).passed(), method);
    }
    String single = GOOD.replaceFirst("dkim=pass[^;]*; ", "");
    assertFalse(Outcome.arrived(Trial.HONEST, message(single), HOST).passed());
    assertFalse(Outcome.lost(Trial.HONEST, HOST).passed());
    assertFalse(Outcome.refused(Trial.HONEST, "550 no", HOST).passed());
  }

  @Test
  void aVerdictInAnotherHostsNameCountsForNothing() throws Exception {
    assertFalse(Outcome.arrived(Trial.HONEST, message(GOOD), "mx.asso.test").passed());
  }

  @Test
  void forgedMailMustPassNothing() throws Exception {
    String bad = "spf=fail smtp.mailfrom=asso.test; dkim=fail; dmarc=fail header.from=asso.test";
    assertTrue(Outcome.arrived(Trial.ALTERED, message(bad), HOST).passed());
    assertTrue(Outcome.refused(Trial.ALTERED, "550 no", HOST).passed());
    for (String method : List.of("spf", "dkim", "dmarc")) {
      String good = bad.replaceFirst(method + "=fail", method + "=pass");
      assertEquals(
          List.of(Text.of(method + "=pass")),
          Outcome.arrived(Trial.REVOKED_KEY, message(good), HOST).faults());
    }
    assertFalse(Outcome.arrived(Trial.ALTERED, message("spf=fail"), HOST).passed());
    assertFalse(Outcome.lost(Trial.WRONG_ADDRESS, HOST).passed());
  }

  @Test
  void whatIsNotAsItMustBeIsSaidInTheLanguageOfTheReader() {
    Outcome lost = Outcome.lost(Trial.HONEST, HOST);
    assertEquals("it did not arrive", Text.joined("; ", lost.faults()).in(Language.ENGLISH));
    assertEquals("il n'est pas arrivé", Text.joined("; ", lost.faults()).in(Language.FRENCH));
    assertEquals("non arrivé", lost.summary().in(Language.FRENCH));
    String json = new Demo.Report(List.of(lost), Optional.empty()).json();
    assertTrue(json.contains("[\"it did not arrive\"]"), json);
  }

  @Test
  void theColumnsHoldTheWordsOfEveryLanguage() {
    for (Language language : Language.known()) {
      for (Trial trial : Trial.values()) {
        assertTrue(trial.title().in(language).length() <= 40, trial.title().in(language));
      }
      for (Text party : List.of(DemoTexts.SAY.association(), DemoTexts.SAY.correspondent())) {
        assertTrue(party.in(language).length() <= 17, party.in(language));
      }
      language.bundle().keySet().stream()
          .filter(key -> key.startsWith("demo.word"))
          .map(language.bundle()::getString)
          .forEach(word -> assertTrue(word.length() <= 12, word));
    }
  }

  @Test
  void whatMessagesSayNeedsNoEncodingInAnyLanguage() {
    for (Language language : Language.known()) {
      language.bundle().keySet().stream()
          .filter(key -> key.startsWith("demo.mail"))
          .map(language.bundle()::getString)
          .forEach(
              said -> assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(said), said));
      assertFalse(
          DemoTexts.SAY
              .mailMeet()
              .in(language)
              .equals(DemoTexts.SAY.mailMeetAltered().in(language)),
          language.code());
    }
  }

  @Test
  void readsMaildirFilesAndRestoresTheirLineEnds() throws Exception {
    Path mail = directory.resolve("mail");
    Path junk = Files.createDirectories(mail.resolve("friends.test/bruno/Maildir/.Junk/new"));
    Path inbox = Files.createDirectories(mail.resolve("friends.test/bruno/Maildir/new"));
    Files.writeString(
        inbox.resolve("1"),
        "DKIM-Signature: v=1; a=rsa-sha256;\n s=trial; d=asso.test\nSubject: x\n\nbody\n");
    Files.writeString(junk.resolve("2"), "Subject: y\n\n");
    var mailboxes = new Mailboxes(mail);
    List<ArrivedMessage> arrived = mailboxes.arrived();
    assertEquals(2, arrived.size());
    ArrivedMessage first =
        arrived.stream().filter(m -> m.mailbox().equals("bruno@friends.test")).findFirst().get();
    assertEquals(List.of("trial (rsa-sha256)"), first.signatures());
    assertEquals("body\r\n", first.body());
    assertTrue(arrived.stream().anyMatch(m -> m.mailbox().equals("bruno@friends.test/Junk")));
    assertTrue(mailboxes.arrived().isEmpty());
  }

  private ArrivedMessage message(String results) throws Exception {
    Path file = directory.resolve("message");
    Files.write(
        file,
        ("Authentication-Results: " + HOST + "; " + results + "\nSubject: x\n\nbody\n")
            .getBytes(StandardCharsets.US_ASCII));
    return ArrivedMessage.read("bruno@friends.test", file);
  }
}
