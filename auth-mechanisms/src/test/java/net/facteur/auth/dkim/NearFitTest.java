package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Test;

class NearFitTest {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

  private static String signed(String text, Canonicalization form, DkimPrivateKey key)
      throws Exception {
    Eml eml = Eml.of(text);
    var signer =
        new DkimSigner(
            Samples.key(key, key.equals(Samples.RSA) ? "rsa" : "ed"),
            DkimSigner.Settings.DEFAULT.withCanonicalization(form),
            () -> NOW);
    HeaderField field = signer.sign(eml.header(), eml.stream());
    return new String(field.raw(), StandardCharsets.ISO_8859_1) + text;
  }

  private static List<String> near(String text) throws Exception {
    Eml eml = Eml.of(text);
    HeaderField field = eml.header().first(DkimSignature.FIELD).orElseThrow();
    return new NearFit(Samples.zone(), DkimCrypto.standard()).of(eml.header(), field, eml.stream());
  }

  @Test
  void saysWhichWhiteSpaceWasChanged() throws Exception {
    record Case(String signed, String arrived, String words) {}
    String from = "From: a@example.com\r\n";
    for (DkimPrivateKey key : List.of(Samples.RSA, Samples.EDWARDS)) {
      for (Case c :
          List.of(
              new Case("Two  words\r\n", "Two  words \t\r\n", "the body would fit without white"),
              new Case("Two words\r\n", "Two  words\r\n", "the body would fit with runs"),
              new Case("Subject: one two", "Subject: one\r\n two", "header would fit with every"),
              new Case("Subject: one two", "Subject:  one  two ", "header would fit with runs"),
              new Case("Subject: one two", "Subject: one two ", "header would fit without white"),
              new Case("Subject: one two", "Subject:\tone two", "header would fit with runs"))) {
        String text = from + "Subject: one two\r\n\r\nTwo  words\r\nTwo words\r\n";
        if (c.words().contains("with runs") && c.words().contains("body")) {
          text = from + "Subject: one two\r\n\r\nTwo words\r\n";
        }
        String whole = signed(text, Canonicalization.SIMPLE, key);
        assertEquals(List.of(), near(whole));
        List<String> found = near(whole.replace(c.signed(), c.arrived()));
        assertEquals(1, found.size(), c + " " + found);
        assertTrue(found.getFirst().contains(c.words()), c + " " + found);
      }
    }
  }

  @Test
  void saysNothingOfOtherChangesAndOtherForms() throws Exception {
    String text = "From: a@example.com\r\nSubject: one two\r\n\r\nTwo words\r\n";
    String simple = signed(text, Canonicalization.SIMPLE, Samples.RSA);
    assertEquals(List.of(), near(simple.replace("one two", "one three")));
    assertEquals(List.of(), near(simple.replace("Two words", "Two Words")));
    String relaxed = signed(text, Canonicalization.RELAXED, Samples.RSA);
    assertEquals(List.of(), near(relaxed.replace("one two", "one  three")));
    assertEquals(List.of(), near(relaxed.replace("Two words", "Twowords")));
  }
}
