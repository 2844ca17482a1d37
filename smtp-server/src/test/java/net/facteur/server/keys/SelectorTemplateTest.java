package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTemplateTest {
  private static final DomainName ORG = DomainName.of("mail.example.org");
  private static final Instant NOW = Instant.parse("2027-03-09T23:30:00Z");

  @ParameterizedTest
  @CsvSource({
    "{month}{year}, mar2027, mar2027-ed",
    "{date}, 20270309, 20270309-ed",
    "s{yy}{mm}{dd}, s270309, s270309-ed",
    "{month}{year}-{alg}, mar2027-rsa, mar2027-ed25519",
    "{alg}{date}, rsa20270309, ed2551920270309",
    "{domain}-{yy}, mail-example-org-27, mail-example-org-27-ed",
    "mta1.{date}, mta1.20270309, mta1.20270309-ed",
    "fixed, fixed, fixed-ed"
  })
  void eachPlaceholderIsFilled(String template, String rsa, String ed25519) {
    var read = new SelectorTemplate(template);
    assertTrue(read.valid());
    var name = new KeyName(ORG, read.next(NOW, ORG, _ -> false));
    assertEquals(rsa, name.selector(KeyType.RSA));
    assertEquals(ed25519, name.selector(KeyType.ED25519));
    assertEquals(DomainName.of(rsa + "._domainkey.mail.example.org"), name.owner(KeyType.RSA));
    assertTrue(name.answersTo(rsa) && name.answersTo(ed25519) && !name.answersTo("other"));
  }

  @Test
  void aTakenNameGetsALetter() {
    var read = new SelectorTemplate("{month}-{alg}");
    assertEquals("mar-{alg}", read.next(NOW, ORG, _ -> false));
    assertEquals("mar-{alg}b", read.next(NOW, ORG, Set.of("mar-{alg}")::contains));
    assertEquals(
        "mar-rsab", new KeyName(ORG, "mar-{alg}b").selector(KeyType.RSA), "still a selector");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{month} {year}",
        "{moon}",
        "{alg",
        "",
        "-{date}",
        "a..b",
        "{domain}{domain}{domain}{domain}{domain}{domain}"
      })
  void whatGivesNoSelectorIsRefused(String template) {
    assertFalse(new SelectorTemplate(template).valid(), template);
  }

  @Test
  void theJournalAndTheFilesKnowSuchNames(@TempDir Path directory) throws IOException {
    var name = new KeyName(ORG, "mar2027-{alg}");
    var store = new KeyDirectory(directory, 1024, new SecureRandom());
    store.make(name, Set.of(KeyType.RSA, KeyType.ED25519));
    assertTrue(Files.exists(directory.resolve("mar2027-rsa.mail.example.org.rsa")));
    assertTrue(Files.exists(directory.resolve("mar2027-ed25519.mail.example.org.ed25519")));
    var event =
        new KeyEvent(
            NOW,
            name,
            new KeyEvent.Transition.Generated(Set.of(KeyType.RSA), false),
            "why",
            "alice");
    assertEquals(Parsed.ok(event), EventText.parse(EventText.print(event)));
  }
}
