package net.facteur.auth.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmarcRecordTest {
  private static DmarcRecord read(String text) {
    return DmarcRecord.parse(text).toOptional().orElseThrow();
  }

  @Test
  void everyTagIsRead() {
    DmarcRecord record =
        read(
            "v=DMARC1; p=reject; sp=quarantine; np=NONE; t=y; adkim=s; aspf=s; psd=n; fo=1:d:s;"
                + " rua=mailto:a@example.org!10m , https://example.org/r;"
                + " ruf=mailto:b@example.org");
    assertEquals(Optional.of(DmarcPolicy.REJECT), record.policy());
    assertEquals(Optional.of(DmarcPolicy.QUARANTINE), record.subdomainPolicy());
    assertEquals(Optional.of(DmarcPolicy.NONE), record.nonexistentPolicy());
    assertTrue(record.testing());
    assertEquals(AlignmentMode.STRICT, record.dkimAlignment());
    assertEquals(AlignmentMode.STRICT, record.spfAlignment());
    assertEquals(PsdFlag.NO, record.psd());
    assertEquals(
        List.of(FailureOption.ANY_FAIL, FailureOption.DKIM, FailureOption.SPF),
        record.failureOptions());
    assertEquals(
        List.of(
            new ReportUri("mailto:a@example.org", "10m"), new ReportUri("https://example.org/r")),
        record.aggregateReports());
    assertEquals(OptionalLong.of(10 << 20), record.aggregateReports().getFirst().sizeLimitOctets());
    assertEquals(Optional.of("b@example.org"), record.failureReports().getFirst().mailbox());
  }

  @Test
  void mistakesGiveWayToDefaults() {
    DmarcRecord record =
        read("v=DMARC1;p=reject;adkim=x;aspf;fo=0:1;t=maybe;psd=q;pct=0;;=;!;rua=nonsense,;x=1");
    assertEquals(DmarcRecord.of(DmarcPolicy.REJECT), record);
  }

  @Test
  void theFirstOfTagsWithOneNameCounts() {
    assertEquals(Optional.of(DmarcPolicy.NONE), read("v=DMARC1; p=none; p=reject").policy());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=DMARC2; p=none",
        "v=dmarc1; p=none",
        "p=none; v=DMARC1",
        ";v=DMARC1",
        "v=DMARC1x",
        "DMARC1; p=none",
        "x; v=DMARC1; p=none",
        "v=DMARC1, p=none",
        "v=spf1 -all"
      })
  void onlyTheVersionAtTheFrontMakesARecord(String text) {
    assertInstanceOf(Parsed.Malformed.class, DmarcRecord.parse(text));
  }

  @Test
  void aRecordWithABadPolicyCountsAsNoneWhereReportsAreWanted() {
    String uri = "; rua=mailto:a@example.org";
    for (String bad :
        List.of(
            "v=DMARC1", "v=DMARC1; p=x", "v=DMARC1; p=none; sp=x", "v=DMARC1; p=reject; np=x")) {
      assertEquals(Optional.empty(), read(bad).policy());
      assertEquals(Optional.of(DmarcPolicy.NONE), read(bad + uri).policy());
      assertEquals(Optional.empty(), read(bad + uri).subdomainPolicy());
    }
  }

  @Test
  void remarksNameWhatWasIgnored() {
    var reading =
        DmarcRecord.read("v=DMARC1; p=none; pct=50; foo=bar; nonsense; rua=x")
            .toOptional()
            .orElseThrow();
    String remarks = String.join("\n", reading.remarks());
    for (String part : List.of("pct was removed", "unknown tag foo", "ignored at", "no URI")) {
      assertTrue(remarks.contains(part), remarks);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mailto:a%40b@example.org",
        "mailto:a@example.org?subject=x",
        "MAILTO:a@example.org"
      })
  void mailboxesAreFoundInUris(String text) {
    ReportUri uri = ReportUri.parse(text).toOptional().orElseThrow();
    assertTrue(uri.mailbox().orElseThrow().endsWith("@example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mailto:",
        "mailto",
        ":a",
        "1a:b",
        "mailto:a b@example.org",
        "mailto:a%4",
        "mailto:a!x",
        "mailto:a!1q",
        "mailto:a!10mm",
        "mailto:é@example.org"
      })
  void whatIsNoUriIsRefused(String text) {
    assertInstanceOf(Parsed.Malformed.class, ReportUri.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/",
        "mailto:a@example.org%2Cb@example.org",
        "mailto:a@example.org%0d%0aBcc:x@example.net",
        "mailto:%3Ca@example.org%3E",
        "mailto:%ff@a"
      })
  void whatIsNoSingleAddressIsNoMailbox(String text) {
    assertEquals(Optional.empty(), ReportUri.parse(text).toOptional().orElseThrow().mailbox());
  }

  @Test
  void whatIsPrintedIsReadBackAndNoInputThrows() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("DmarcRecordTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      DmarcRecord record = random(random);
      assertEquals(record, read(record.print()), () -> "seed " + seed + ": " + record.print());
    }
    String alphabet = "v=DMARC1;psnrtuafoqdjkhil: ,!y/@%2\t";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(i % 3 == 0 ? "" : "v=DMARC1;");
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(
            i % 2 == 0
                ? (char) random.nextInt(256)
                : alphabet.charAt(random.nextInt(alphabet.length())));
      }
      DmarcRecord.parse(text.toString())
          .toOptional()
          .ifPresent(r -> assertEquals(r, read(r.print()), () -> "seed " + seed + ": " + text));
    }
  }

  @Test
  void aRecordOf64KibIsReadInOnePass() {
    assertTrue(read("v=DMARC1; p=reject; " + "x=y;".repeat(16_000)).applies());
    assertEquals(
        DmarcRecord.MAX_URIS,
        read("v=DMARC1; p=none; rua=" + "mailto:a@example.org,".repeat(3_000))
            .aggregateReports()
            .size());
  }

  private static DmarcRecord random(Random random) {
    var uris = new ArrayList<ReportUri>();
    for (int n = random.nextInt(3); n > 0; n--) {
      uris.add(new ReportUri("mailto:a" + n + "@example.org", random.nextBoolean() ? "" : n + "k"));
    }
    var options = new ArrayList<FailureOption>();
    options.add(random.nextBoolean() ? FailureOption.ALL_FAIL : FailureOption.ANY_FAIL);
    if (random.nextBoolean()) {
      options.add(FailureOption.SPF);
    }
    return new DmarcRecord(
        Optional.of(one(random, DmarcPolicy.values())),
        random.nextBoolean() ? Optional.empty() : Optional.of(one(random, DmarcPolicy.values())),
        random.nextBoolean() ? Optional.empty() : Optional.of(one(random, DmarcPolicy.values())),
        random.nextBoolean(),
        one(random, AlignmentMode.values()),
        one(random, AlignmentMode.values()),
        one(random, PsdFlag.values()),
        options,
        uris,
        uris.reversed());
  }

  private static <T> T one(Random random, T[] values) {
    return values[random.nextInt(values.length)];
  }
}
