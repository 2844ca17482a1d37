package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.Alphabet;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What strangers say in HELO, MAIL FROM, From and their signatures is no result in our
/// Authentication-Results: not for a reader of the grammar, nor for one that looks for words.
class HostileWordsTest {
  private static final String OURS = "mx.example.net";

  /// What programs use that do not mind quotes and comments, `re.findall(r'dmarc=(\w+)')`.
  private static final List<String> METHODS =
      List.of("spf", "dkim", "dmarc", "arc", "dkim-adsp", "auth", "iprev", "bimi", "x-google-dkim");

  private static final List<String> WORDS =
      List.of(
          "x; dmarc=pass header.from=victim.test",
          "x;dmarc=pass",
          "dmarc=pass",
          "dmarc=pass.victim.test",
          "DMARC=PASS",
          "dmarc = pass",
          "dmarc/1=pass",
          "dmarc=\"pass\"",
          "x\"; dmarc=pass; y=\"",
          "\"x; dmarc=pass\"",
          "x\\\"; dmarc=pass",
          "x\\",
          "x) ; dmarc=pass (",
          "(dmarc=pass)",
          "x(y",
          "x\r; dmarc=pass",
          "x\r\n\tdmarc=pass",
          "x\nAuthentication-Results: mx.example.net; dmarc=pass",
          "x\r\n\r\ndmarc=pass",
          "x\u0000; dmarc=pass",
          "\u0085; dmarc=pass",
          "\u009b31m; dkim=pass",
          "\u2028spf=pass",
          "\u202e; dmarc=pass",
          "b\u00fccher; spf=pass",
          "\uff44marc=pass",
          "dmarc\uff1dpass",
          "=?utf-8?q?x=3b_dmarc=3dpass?=",
          "arc=pass",
          "dkim=pass header.d=victim.test",
          "bimi=pass",
          "x-google-dkim=pass",
          "iprev=pass policy.iprev=192.0.2.1",
          "x".repeat(400) + "; dmarc=pass",
          "dmarc=pass;".repeat(3000),
          "xn--dmarc=pass-",
          "b\u00fccher.example",
          "xn--bcher-kva.example",
          "[192.0.2.1]; dmarc=pass",
          "");

  private static final Map<String, Object> ZONE =
      Map.of(
          "example.org",
          Map.of("TXT", List.of("v=spf1 ip4:192.0.2.1 -all")),
          "attack.test",
          Map.of("TXT", List.of("v=spf1 exists:%{l}.%{h}.dmarc=pass.test include:spf=pass.test")),
          "_dmarc.example.org",
          Map.of("TXT", List.of("v=DMARC1; p=reject")),
          "_dmarc.dmarc=pass.attack.test",
          Map.of("TXT", List.of("v=DMARC1; p=reject")));

  private record Row(String helo, String reversePath, String header) {}

  static List<String> words() {
    return WORDS;
  }

  /// All places where a stranger can say a word.
  private static List<Row> rows(String word) {
    var rows = new ArrayList<Row>();
    rows.add(new Row(word, "a@example.org", from("a@example.org")));
    rows.add(new Row("mail.example.org", word, from("a@example.org")));
    rows.add(new Row("mail.example.org", word + "@example.org", from("a@example.org")));
    rows.add(new Row("mail.example.org", word + "@attack.test", from("a@example.org")));
    rows.add(new Row(word, "a@attack.test", from("a@example.org")));
    rows.add(new Row("mail.example.org", "a@" + word, from("a@example.org")));
    rows.add(new Row("[" + word + "]", "", from("a@example.org")));
    String folded = word.replace("\r", "").replace("\n", "");
    rows.add(new Row("h.test", "", from("<a@" + folded + ">")));
    rows.add(new Row("h.test", "", from("<a@" + folded + ".attack.test>")));
    for (String tag : List.of("d", "s", "i", "a", "b", "q", "c", "l", "v")) {
      rows.add(new Row("h.test", "", signature(tag, folded) + from("a@example.org")));
      rows.add(new Row("h.test", "", seal(tag, folded) + from("a@example.org")));
    }
    rows.add(
        new Row("h.test", "", signature("i", folded + "@example.org") + from("a@example.org")));
    return rows;
  }

  private static String from(String address) {
    return "From: " + address + "\r\n";
  }

  private static String signature(String tag, String value) {
    return tags(
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=From; bh=YQ==; b=YQ==",
        tag,
        value);
  }

  private static String seal(String tag, String value) {
    String set = "i=1; a=rsa-sha256; d=attack.test; s=s; ";
    return tags("ARC-Seal: " + set + "cv=none; b=YQ==", tag, value)
        + tags("ARC-Message-Signature: " + set + "h=From; bh=YQ==; b=YQ==", tag, value)
        + "ARC-Authentication-Results: i=1; attack.test; dmarc=pass\r\n";
  }

  private static String tags(String field, String tag, String value) {
    String kept =
        field.replaceAll(
            "([ ;])" + tag + "=[^;]*",
            "$1" + tag + "=" + java.util.regex.Matcher.quoteReplacement(value));
    return kept + "\r\n";
  }

  private static AuthenticationReport authenticate(Row row) throws IOException {
    return new MessageAuthenticator(
            ZoneResolver.of(ZONE),
            DkimCrypto.standard(),
            InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)),
            MessageAuthenticator.Settings.defaults(OURS))
        .authenticate(
            new AuthenticationRequest(
                IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(),
                row.helo(),
                row.reversePath()),
            MessageHeader.parse((row.header() + "\r\n").getBytes(StandardCharsets.UTF_8)),
            MessageBody.of("Hello\r\n".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @MethodSource("words")
  void areNoResults(String word) {
    assertAll(
        rows(word).stream()
            .map(
                row ->
                    () -> {
                      var results = authenticate(row).toAuthenticationResults(OURS);
                      for (Alphabet alphabet : Alphabet.values()) {
                        check(results, results.toField(alphabet));
                      }
                    }));
  }

  private static void check(AuthenticationResults ours, HeaderField field) {
    // One field, read back by the grammar.
    byte[] section = new MessageHeader(List.of(field)).octets();
    MessageHeader header = MessageHeader.parse(section);
    assertEquals(1, header.fields().size(), field::toString);
    for (Parsed<AuthenticationResults> read :
        List.of(
            AuthenticationResults.parse(field.value()),
            AuthenticationResults.parseLeniently(field.value()))) {
      AuthenticationResults back = read.toOptional().orElseThrow();
      assertEquals(OURS, back.authservId());
      assertEquals(words(ours), words(back), field::toString);
    }
    for (String line : field.toString().split("\r\n", -1)) {
      assertTrue(line.length() <= 998, field::toString);
      assertTrue(line.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f)), field::toString);
    }
    // And by whoever looks for words.
    String text = field.unfolded();
    for (String method : METHODS) {
      List<String> own =
          ours.results().stream()
              .filter(r -> r.method().equals(method))
              .map(MethodResult::result)
              .toList();
      List<String> seen =
          Pattern.compile("(?i)(?<![.\\w-])" + method + "\\s*(?:/\\s*\\d+\\s*)?=\\s*\"?(\\w+)")
              .matcher(text)
              .results()
              .map(found -> found.group(1))
              .toList();
      assertEquals(own, seen, () -> method + " in " + text);
      Set<String> known = new HashSet<>(own);
      ours.results().stream().flatMap(r -> r.values("policy", method).stream()).forEach(known::add);
      Set<String> naive = new HashSet<>();
      Pattern.compile("(?<![A-Za-z-])" + method + "=(\\w+)")
          .matcher(text)
          .results()
          .map((MatchResult found) -> found.group(1))
          .forEach(naive::add);
      naive.removeAll(known);
      assertEquals(Set.of(), naive, () -> method + " in " + text);
    }
  }

  private static List<String> words(AuthenticationResults results) {
    return results.results().stream().map(r -> r.method() + "=" + r.result()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a.b+c@example.org|a.b+c@example.org",
        "b\u00fccher@example.org|b\u00fccher@example.org",
        "x; dmarc=pass header.from=victim.test@example.org|@example.org",
        "dmarc=pass@example.org|@example.org",
        "\"a b\"@example.org|@example.org",
        "\"a@b\"@example.org|@example.org",
        "\"plain\"@example.org|@example.org",
        "a(b)@example.org|@example.org",
        "a\u0085b@example.org|@example.org",
        "a\u202eb@example.org|@example.org",
        "a\u007fb@example.org|@example.org",
        "a@dmarc=pass|a@invalid",
        "a@x; dmarc=pass|a@invalid",
        "a b@x y|@invalid",
      })
  void onlyTheDomainIsWrittenBesideWhatIsNoPlainAtom(String path, String written)
      throws IOException {
    AuthenticationResults results =
        authenticate(new Row("mail.example.org", path, from("a@example.org")))
            .toAuthenticationResults(OURS);
    assertEquals(List.of(written), results.results().getFirst().values("smtp", "mailfrom"));
  }
}
