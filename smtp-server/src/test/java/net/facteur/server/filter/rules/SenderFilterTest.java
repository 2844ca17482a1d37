package net.facteur.server.filter.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.server.accounts.UserName;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.SampleMessage;
import net.facteur.server.filter.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SenderFilterTest {
  private static final Map<String, ?> SPF =
      Map.of("client.example", Map.of("TXT", "v=spf1 ip4:192.0.2.99 -all"));

  @TempDir private Path directory;

  private SenderFilter filter(String... lines) throws IOException {
    Path file = directory.resolve("rules");
    Files.write(file, List.of(lines));
    return new SenderFilter(
        new SenderRules(new RulesFile(file)),
        address -> UserName.parse(address.text()).map(Set::of).orElse(Set.of()));
  }

  private static Handling bob(Verdict verdict) {
    return verdict.handling(SampleMessage.address("bob@example.org"));
  }

  @Test
  void whomTheServerBlocksIsRefusedByFromAndByReversePath() throws IOException {
    SenderFilter filter = filter("block @spam.example", "block carol@client.example");
    for (SampleMessage message :
        List.of(
            SampleMessage.PLAIN,
            SampleMessage.PLAIN.sender("x@other.example").author("Y <y@a.spam.example>"),
            SampleMessage.PLAIN.sender("CAROL@client.example").author("x@other.example"))) {
      var refused = assertInstanceOf(Handling.Reject.class, message.judgedBy(filter).handling());
      assertEquals("550 5.7.1", refused.reply().code() + " 5.7.1");
      assertEquals(Handling.Cause.RULE, refused.cause());
    }
    assertEquals(Verdict.PASS, SampleMessage.PLAIN.sender("x@good.example").judgedBy(filter));
  }

  @Test
  void whomAUserBlocksGoesIntoHisJunkFolderAlone() throws IOException {
    SenderFilter filter = filter("block @client.example for=bob@example.org");
    Verdict verdict =
        SampleMessage.PLAIN.to("bob@example.org", "alice@example.org").judgedBy(filter);
    assertEquals("junk", bob(verdict).word());
    assertEquals("pass", verdict.handling(SampleMessage.address("alice@example.org")).word());
    assertEquals("pass", verdict.handling().word());
  }

  @Test
  void aWelcomeCountsOnlyForASenderWhoIsProven() throws IOException {
    SenderFilter filter = filter("welcome carol@client.example");
    assertFalse(filter.welcomes(SampleMessage.PLAIN.made()), "anybody may write this address");
    assertEquals(Map.of(), SampleMessage.PLAIN.judgedBy(filter).recipients());
    assertTrue(filter.welcomes(SampleMessage.PLAIN.zone(SPF).made()));
    assertEquals(
        "rule=welcome sender=carol@client.example",
        bob(SampleMessage.PLAIN.zone(SPF).judgedBy(filter)).reason());
    assertFalse(
        filter.welcomes(SampleMessage.PLAIN.zone(SPF).origin("192.0.2.98").made()), "SPF fails");
    assertFalse(
        filter.welcomes(
            SampleMessage.PLAIN
                .zone(SPF)
                .sender("x@client.example")
                .author("carol@client.example, y@spam.example")
                .made()),
        "two authors prove none");
  }

  @Test
  void aForgedWelcomeSenderDoesNotPassTheBlockOfTheDomain() throws IOException {
    SenderFilter filter = filter("welcome carol@client.example", "block client.example");
    assertEquals("reject", SampleMessage.PLAIN.judgedBy(filter).handling().word());
    assertEquals("pass", SampleMessage.PLAIN.zone(SPF).judgedBy(filter).handling().word());
  }

  @Test
  void theNearerRuleCountsAndAUserDecidesForHimself() throws IOException {
    SenderFilter filter =
        filter(
            "welcome @client.example",
            "block carol@client.example for=bob@example.org",
            "welcome @client.example for=bob@example.org");
    Verdict verdict =
        SampleMessage.PLAIN.zone(SPF).to("bob@example.org", "alice@example.org").judgedBy(filter);
    assertEquals("junk", bob(verdict).word());
    assertEquals(
        "rule=welcome sender=carol@client.example",
        verdict.handling(SampleMessage.address("alice@example.org")).reason());
  }

  @Test
  void usersOfOursAndAServerWithoutRulesAreNotLookedAt() throws IOException {
    assertFalse(filter().concerns(SampleMessage.PLAIN.made()));
    assertFalse(filter("block @client.example").concerns(SampleMessage.PLAIN.outbound().made()));
  }

  @Test
  void aChangedFileIsReadAgainAndADamagedLineIsTold() throws IOException {
    Path file = directory.resolve("rules");
    Files.writeString(file, "# mine\nblock @a.example\nnonsense\n");
    var rules = new SenderRules(new RulesFile(file));
    assertEquals(1, rules.problems().size());
    var store = new RulesFile(file);
    assertTrue(
        store.apply(
            new RulesFile.Change.Put(SenderRule.parse("welcome @a.example").orElseThrow())));
    assertFalse(
        store.apply(
            new RulesFile.Change.Put(SenderRule.parse("welcome @a.example").orElseThrow())));
    assertEquals("# mine\nwelcome @a.example\nnonsense\n", Files.readString(file));
    rules.refresh();
    assertFalse(rules.isEmpty());
    Files.delete(file);
    rules.refresh();
    assertFalse(rules.isEmpty(), "a file that is gone may be a mistake");
    assertEquals(1, rules.problems().size());
  }

  @Test
  void aSenderIsAnAddressOrADomain() {
    assertEquals("carol@example.net", SenderRule.sender("Carol@Example.NET").orElseThrow());
    assertEquals("@example.net", SenderRule.sender("example.net").orElseThrow());
    assertEquals("@xn--bcher-kva.example", SenderRule.sender("@bücher.example").orElseThrow());
    for (String wrong : List.of("", "@", "carol", "a b@example.net", "@example", "a@b c.example")) {
      assertTrue(SenderRule.sender(wrong).isEmpty(), wrong);
    }
    for (String wrong :
        List.of("block", "block a@b.example for=x", "ban a@b.example", "block a@b.example x y")) {
      assertTrue(SenderRule.parse(wrong).isEmpty(), wrong);
    }
  }
}
