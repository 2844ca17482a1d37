package net.facteur.auth.srs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Generated addresses, rewritten and reversed by this library and by postsrsd: both must say the
/// same, and each must take back what the other wrote. Every difference needs a written reason.
@Tag("peer")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostSrsdPeerTest {
  private static final int CASES = 2_400;
  private static final int MANY = 100_000;
  private static final String US = "example.org";

  /// How both are set up.
  private record Setup(List<String> secrets, char separator, int hashLength) {
    SrsRewriter rewriter(InstantSource clock) {
      return new SrsRewriter(
          new SrsRewriter.Settings(
              secrets.stream()
                  .map(s -> new SrsSecret(s.getBytes(StandardCharsets.US_ASCII)))
                  .toList(),
              separator,
              hashLength,
              Duration.ofDays(21)),
          clock);
    }
  }

  private static final List<Setup> SETUPS =
      List.of(
          new Setup(List.of("tick"), '=', 4),
          new Setup(List.of("tock-tock-tock", "tick"), '+', 8),
          new Setup(List.of("other", "tick", "tock-tock-tock"), '-', 6));

  /// What came of one comparison.
  private static final class Tally {
    private final TreeMap<String, Integer> reasons = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();
    private int cases;
    private int refused;

    void add(String address, String ours, PostSrsd.Answer theirs) {
      cases++;
      refused += ours.isEmpty() ? 1 : 0;
      String said = theirs.good() ? theirs.text() : "";
      if (!ours.equals(said)) {
        reason(address, ours, theirs)
            .ifPresentOrElse(
                r -> reasons.merge(r, 1, Integer::sum),
                () -> unexplained.add(address + ": we <" + ours + ">, they " + theirs));
      }
    }
  }

  @Test
  void bothSayTheSame(@TempDir Path folder) throws Exception {
    compare(folder, CASES);
  }

  @Test
  @Tag("long")
  void bothSayTheSameOfManyMore(@TempDir Path folder) throws Exception {
    compare(folder, MANY);
  }

  private static void compare(Path folder, int wanted) throws Exception {
    PostSrsd.require();
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var tally = new Tally();
    for (Setup setup : SETUPS) {
      try (var postsrsd =
          new PostSrsd(folder, setup.secrets(), setup.separator(), setup.hashLength())) {
        one(setup, postsrsd, random, wanted / SETUPS.size(), tally);
      }
    }
    System.out.println(
        tally.cases
            + " cases, "
            + tally.refused
            + " of them refused, explained differences "
            + tally.reasons);
    assertTrue(tally.cases >= 2_000 && tally.refused * 10 >= tally.cases * 3, "too few bad cases");
    assertTrue(tally.refused * 10 <= tally.cases * 8, "too few good cases");
    assertEquals(
        List.of(),
        tally.unexplained.stream().limit(10).toList(),
        () -> tally.unexplained.size() + " differences, seed " + seed);
  }

  /// A third of the cases forward, the others back.
  private static void one(
      Setup setup, PostSrsd postsrsd, RandomGenerator random, int wanted, Tally tally)
      throws Exception {
    var senders = new ArrayList<String>();
    for (int i = 0; i < wanted / 3; i++) {
      senders.add(sender(random));
    }
    Instant now = Instant.now();
    List<PostSrsd.Answer> answers = postsrsd.forward(senders);
    if (!day(now).equals(day(Instant.now()))) {
      // midnight has passed, and nobody knows which day was meant
      now = Instant.now();
      answers = postsrsd.forward(senders);
    }
    SrsRewriter rewriter = setup.rewriter(InstantSource.fixed(now));
    var written = new ArrayList<String>();
    for (int i = 0; i < senders.size(); i++) {
      String ours =
          switch (rewriter.forward(senders.get(i), US)) {
            case SrsForwarding.Rewritten(String text, boolean _) -> text;
            case SrsForwarding.Unchanged(String text) -> text;
            case SrsForwarding.Refused _ -> "";
          };
      tally.add(senders.get(i), ours, plain(answers.get(i)));
      if (SrsRewriter.isSrs(ours)) {
        written.add(ours);
      }
      if (answers.get(i).good() && SrsRewriter.isSrs(answers.get(i).text())) {
        written.add(answers.get(i).text());
      }
    }
    var recipients = new ArrayList<String>();
    for (int i = 0; i < wanted - senders.size(); i++) {
      recipients.add(recipient(random, setup, now, written));
    }
    List<PostSrsd.Answer> back = postsrsd.reverse(recipients);
    for (int i = 0; i < recipients.size(); i++) {
      String ours =
          switch (rewriter.reverse(recipients.get(i))) {
            case SrsReversal.Reversed(String text) -> text;
            case SrsReversal.Refused _ -> "";
          };
      tally.add(recipients.get(i), ours, back.get(i));
    }
  }

  /// We write an underscore where version 1 writes a slash, also in the hash of an address within.
  private static PostSrsd.Answer plain(PostSrsd.Answer theirs) {
    return theirs.good()
        ? new PostSrsd.Answer(
            true,
            Pattern.compile("(?i)^(SRS[01][=+-])([^=]*)")
                .matcher(theirs.text())
                .replaceFirst(
                    m -> m.group(1) + Matcher.quoteReplacement(m.group(2).replace('/', '_'))))
        : theirs;
  }

  private static Instant day(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS);
  }

  /// Why postsrsd may decide otherwise; empty where there is no good reason.
  private static Optional<String> reason(String address, String ours, PostSrsd.Answer theirs) {
    boolean otherAlphabet = address.matches("(?i)SRS[01][=+-][^=]*[-_][^=]*=.*");
    return otherAlphabet && !ours.isEmpty() && theirs.text().startsWith("Hash invalid")
        ? Optional.of(
            "postsrsd before version 2 wrote hashes in the alphabet of RFC 4648, section 4, later"
                + " ones in that of section 5; we believe both, version 1 only its own")
        : Optional.empty();
  }

  private static <T> T pick(RandomGenerator random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String word(RandomGenerator random, int max) {
    String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    var out = new StringBuilder();
    for (int n = 1 + random.nextInt(max); n > 0; n--) {
      out.append(letters.charAt(random.nextInt(letters.length())));
    }
    return out.toString();
  }

  private static String host(RandomGenerator random) {
    return word(random, 8) + pick(random, List.of(".example.net", ".example", ".EXAMPLE.com"));
  }

  private static String sender(RandomGenerator random) {
    String user = word(random, 12);
    if (random.nextInt(3) == 0) {
      user += pick(random, List.of("+", "=", "-", ".", "_", "%", "'", "!", "/", "+=")) + "x";
    }
    String stamp = pick(random, List.of("AA", "7Q", "zz", "A7"));
    String separator = pick(random, List.of("=", "=", "+", "-"));
    String tag = pick(random, List.of("SRS", "SRS", "srs", "Srs"));
    String original = host(random) + "=" + user;
    return switch (random.nextInt(12)) {
      case 0, 1 ->
          tag
              + "0"
              + separator
              + word(random, 5)
              + "="
              + stamp
              + "="
              + original
              + "@"
              + host(random);
      case 2, 3 ->
          tag
              + "1"
              + separator
              + word(random, 5)
              + "="
              + host(random)
              + "="
              + pick(random, List.of("=", "+", "-"))
              + word(random, 4)
              + "="
              + stamp
              + "="
              + original
              + "@"
              + host(random);
      case 4 -> user + "@" + pick(random, List.of(US, "EXAMPLE.org", "sub.example.org"));
      case 5 -> pick(random, List.of(user, "SRS0", "SRS0=a=b=c"));
      default -> user + "@" + host(random);
    };
  }

  /// An address to reverse: genuine, old, of an unknown secret, or tampered with.
  private static String recipient(
      RandomGenerator random, Setup setup, Instant now, List<String> written) {
    String address = pick(random, written);
    int at = address.lastIndexOf('@');
    String local = address.substring(0, at);
    String domain = address.substring(at);
    return switch (random.nextInt(16)) {
      case 0 -> Ascii.lower(address);
      case 1 -> local.replace('+', '-').replace('/', '_') + domain;
      case 2 -> changed(random, local) + domain;
      case 3 -> changed(random, local.substring(0, Math.min(local.length(), 20))) + domain;
      case 4 -> local.substring(0, random.nextInt(local.length())) + domain;
      case 5 -> local.replaceFirst("=", "") + domain;
      case 6, 7 -> made(random, setup, now, pick(random, List.of(0, 5, 20, 21)));
      case 8, 9 -> made(random, setup, now, pick(random, List.of(22, 23, 100, 900, 1022, 1023)));
      case 10 -> made(random, new Setup(List.of("tick"), '=', setup.hashLength()), now, 1);
      case 11 -> made(random, new Setup(List.of("unknown"), '=', setup.hashLength()), now, 1);
      case 12 -> sender(random);
      default -> address;
    };
  }

  private static String made(RandomGenerator random, Setup setup, Instant now, int daysAgo) {
    var then = InstantSource.fixed(now.minus(Duration.ofDays(daysAgo)));
    return setup.rewriter(then).forward(word(random, 9) + "@" + host(random), US)
            instanceof SrsForwarding.Rewritten(String text, boolean _)
        ? text
        : "";
  }

  private static String changed(RandomGenerator random, String text) {
    int at = random.nextInt(text.length());
    return text.substring(0, at) + word(random, 1) + text.substring(at + 1);
  }
}
