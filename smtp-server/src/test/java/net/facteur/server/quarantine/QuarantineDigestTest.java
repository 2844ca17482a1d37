package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.queue.QueueId;
import net.facteur.server.filter.Handling;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import net.facteur.server.quarantine.QuarantineSettings.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineDigestTest {
  private static final Pattern LINK =
      Pattern.compile("\nhttps://mail\\.example\\.org/quarantine/([^\n]+)\n");

  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);
  private boolean posted = true;
  private final List<String> to = new ArrayList<>();
  private final List<Notices.Notice> told = new ArrayList<>();

  @BeforeEach
  void make() {
    bench = new QuarantineBench(data);
  }

  /// A round of a server that was just started.
  private void round(Digest usual, Map<String, Digest> single, boolean pages) throws IOException {
    new QuarantineDigest(
            bench.store,
            new QuarantineSettings(
                bench.directory,
                QuarantineBench.KEEP,
                1L << 30,
                usual,
                single,
                pages ? Optional.of("https://mail.example.org") : Optional.empty()),
            bench.router,
            (user, notice) -> {
              to.add(user.text());
              told.add(notice);
              return posted;
            },
            () -> bench.now.plus(Duration.ofMinutes(5)).plusSeconds(1),
            new SecureRandom())
        .advance();
  }

  private String words(Language language) {
    return told.getLast().subject().in(language) + "\n\n" + told.getLast().text().in(language);
  }

  @Test
  void saysWhoWroteWhatAndWhyInEnglish() throws IOException {
    bench.keep("bob");
    round(Digest.DAILY, Map.of(), true);
    assertEquals(List.of("bob@example.org"), to);
    String words = words(Language.ENGLISH);
    assertEquals(
        """
        1 message in quarantine for you

        The mail server has kept one message for you out of your mailbox. You are told of new ones \
        at most once a day.

        From: Zoë <zoe@far.example>
        Subject: A bill?[31m <b>
        Kept since 2026-12-01 06:00 UTC: looks like unwanted mail
        LINK

        If you want one of them, open its link and press the button there. You need not do anything \
        about the others: they are removed 30 days after they came. Give these links to nobody: \
        whoever has one can press the button.\
        """,
        LINK.matcher(words).replaceAll("\nLINK\n"));
  }

  @Test
  void saysItInFrench() throws IOException {
    bench.keep("bob");
    bench.keep("bob");
    round(Digest.WEEKLY, Map.of(), true);
    String words = words(Language.FRENCH);
    assertTrue(words.startsWith("2 messages en quarantaine pour vous\n\nLe serveur"), words);
    assertTrue(words.contains("une fois par semaine au plus"), words);
    assertTrue(words.contains("\nDe : Zoë <zoe@far.example>\nObjet : A bill?[31m <b>\n"), words);
    assertTrue(words.contains("Retenu depuis le 2026-12-01 06:00 UTC : ressemble à"), words);
  }

  @Test
  void theLinkIsOneThatThePageBelieves() throws IOException {
    QueueId id = bench.keep("bob");
    round(Digest.DAILY, Map.of(), true);
    Matcher link = LINK.matcher(words(Language.ENGLISH));
    assertTrue(link.find());
    ReleaseLinks.Claim claim = ReleaseLinks.Claim.parse(link.group(1)).orElseThrow();
    assertEquals(id, claim.id());
    assertEquals(QuarantineBench.NOW.plus(QuarantineBench.KEEP), claim.expiry());
    assertTrue(
        new ReleaseLinks(ReleaseSecret.of(bench.store).read().orElseThrow())
            .proves(claim, bench.message(id).recipients().getFirst().address()));
  }

  @Test
  void withoutPagesItSaysWhomToAsk() throws IOException {
    QueueId id = bench.keep("bob");
    round(Digest.DAILY, Map.of(), false);
    String words = words(Language.ENGLISH);
    assertFalse(words.contains("https://"), words);
    assertTrue(words.contains("\nNumber: " + id + "\n"), words);
    assertTrue(words.contains("answer this mail with its number"), words);
  }

  @Test
  void nobodyIsToldByDefault() throws IOException {
    bench.keep("bob");
    round(Digest.NEVER, Map.of(), true);
    assertEquals(List.of(), to);
    round(Digest.NEVER, Map.of("erin@example.org", Digest.DAILY), true);
    assertEquals(List.of(), to);
    round(Digest.DAILY, Map.of("bob@example.org", Digest.NEVER), true);
    assertEquals(List.of(), to);
  }

  @Test
  void virusesMailOfUsersAndMailForSeveralAreLeftOut() throws IOException {
    bench.keep(Handling.Cause.VIRUS, true, "bob");
    bench.keep(Handling.Cause.SPAM, false, "bob");
    bench.keep("office");
    bench.keep("nobody");
    bench.release(bench.keep("bob"));
    round(Digest.DAILY, Map.of(), true);
    assertEquals(List.of(), to);
  }

  @Test
  void anAliasOfOneIsToldToThatOne() throws IOException {
    bench.keep("robert");
    round(Digest.DAILY, Map.of(), true);
    assertEquals(List.of("bob@example.org"), to);
    assertTrue(words(Language.ENGLISH).contains("\nTo: robert@example.org\n"));
  }

  @Test
  void eachMessageIsToldOnceAndAtItsPace() throws IOException {
    bench.keep("bob", "erin");
    Map<String, Digest> weekly = Map.of("erin@example.org", Digest.WEEKLY);
    round(Digest.DAILY, weekly, true);
    assertEquals(List.of("bob@example.org", "erin@example.org"), to);
    bench.now = bench.now.plus(Duration.ofHours(12));
    bench.keep("bob", "erin");
    round(Digest.DAILY, weekly, true);
    assertEquals(2, to.size(), "too early");
    bench.now = bench.now.plus(Duration.ofHours(12));
    round(Digest.DAILY, weekly, true);
    assertEquals("bob@example.org", to.getLast());
    assertTrue(words(Language.ENGLISH).startsWith("1 message "), "the first was told already");
    bench.now = bench.now.plus(Duration.ofDays(6));
    round(Digest.DAILY, weekly, true);
    assertEquals(List.of("erin@example.org"), to.subList(3, to.size()));
    assertTrue(words(Language.ENGLISH).startsWith("1 message "));
  }

  @Test
  void whatCouldNotBeMailedIsToldAgain() throws IOException {
    bench.keep("bob");
    posted = false;
    round(Digest.WEEKLY, Map.of(), true);
    posted = true;
    bench.now = bench.now.plus(Duration.ofHours(1));
    round(Digest.WEEKLY, Map.of(), true);
    assertEquals(2, to.size());
    round(Digest.WEEKLY, Map.of(), true);
    assertEquals(2, to.size());
  }
}
