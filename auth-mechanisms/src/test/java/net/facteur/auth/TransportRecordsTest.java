package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MtaStsRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.VersionedFields;
import net.facteur.auth.tlsrpt.TlsRptRecord;
import org.junit.jupiter.api.Test;

/// Generated MTA-STS records, policies and TLSRPT records: what is written in any way the grammar
/// allows is read, and what is read is printed and read again to the same.
class TransportRecordsTest {
  private static final int CASES = 3_000;

  private final long seed = Long.getLong("facteur.seed", 5321);
  private final Random random = new Random(seed);

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String some(int min, int max, Supplier<String> one, String between) {
    return IntStream.range(0, min + random.nextInt(max - min + 1))
        .mapToObj(_ -> one.get())
        .collect(Collectors.joining(between));
  }

  private String word(int max) {
    return some(1, max, () -> pick("a", "Z", "0", "9", "m"), "");
  }

  private String semicolon() {
    return pick("", " ", "\t ") + ";" + pick("", " ", "\t ");
  }

  private String extensions() {
    return some(
        0, 3, () -> semicolon() + pick("x", "y-1", "0.z_") + "=" + word(5) + pick("", "!/:+"), "");
  }

  private <T> void readBack(
      String text, Function<String, Parsed<T>> parse, Function<T, String> print) {
    Parsed<T> read = parse.apply(text);
    assertTrue(read.toOptional().isPresent(), () -> text + ": " + read + ", seed " + seed);
    T value = read.toOptional().orElseThrow();
    assertEquals(Parsed.ok(value), parse.apply(print.apply(value)), () -> "seed " + seed);
  }

  @Test
  void mtaStsRecords() {
    for (int n = 0; n < CASES; n++) {
      String text =
          "v=STSv1" + extensions() + semicolon() + "id=" + word(32) + extensions() + pick("", ";");
      readBack(text, MtaStsRecord::parse, MtaStsRecord::print);
    }
  }

  @Test
  void tlsRptRecords() {
    for (int n = 0; n < CASES; n++) {
      String uris =
          some(
              1,
              12,
              () -> pick("mailto:", "https://") + word(8) + pick("@example.org", ".test/a?b=c"),
              pick(",", " , ", ",\t"));
      String text = "v=TLSRPTv1" + extensions() + semicolon() + "rua=" + uris + extensions();
      readBack(text, TlsRptRecord::parse, TlsRptRecord::print);
    }
  }

  @Test
  void mtaStsPolicies() {
    for (int n = 0; n < CASES; n++) {
      String lines = pick("\r\n", "\n");
      String mx =
          some(
              1,
              4,
              () -> "mx:" + pick(" ", "", "\t") + pick("", "*.") + word(9) + ".example" + lines,
              "");
      var fields =
          List.of(
              "version: STSv1" + lines,
              "mode:" + pick(" ", "") + pick("enforce", "testing", "none") + pick("", " ") + lines,
              mx,
              "max_age: " + random.nextInt(99_999_999) + lines,
              pick("", "x-new: some words \u00e9" + lines, lines));
      int start = random.nextInt(fields.size());
      String text =
          IntStream.range(0, fields.size())
              .mapToObj(i -> fields.get((start + i) % fields.size()))
              .collect(Collectors.joining());
      readBack(text, MtaStsPolicyText::parse, MtaStsPolicyText::print);
    }
  }

  @Test
  void whatTheGrammarsForbidIsRefused() {
    for (String bad :
        List.of("v=STSv1; id=" + "a".repeat(33) + ";", "v=STSv1; id=a-b;", "v=STSv1; id=;")) {
      assertTrue(MtaStsRecord.parse(bad).toOptional().isEmpty(), bad);
    }
    for (String bad : List.of("v=TLSRPTv1; rua=mailto:a!b@example.org;", "v=TLSRPTv1; rua=x;")) {
      assertTrue(TlsRptRecord.parse(bad).toOptional().isEmpty(), bad);
    }
    // Another version is another record, not a second one of ours.
    assertEquals(
        Optional.of("v=STSv1; id=1"),
        VersionedFields.only(List.of("v=STSv12; id=2", "v=STSv1; id=1"), "v=STSv1"));
    String key = "p=;";
    assertTrue(DkimKeyRecord.parse("v=DKIM1; " + key).toOptional().isPresent());
    assertTrue(DkimKeyRecord.parse("k=rsa; v=DKIM1; " + key).toOptional().isEmpty());
  }
}
