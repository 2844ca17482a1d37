package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DkimGrammarTest {
  private static final String HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  private static final String GOOD =
      "v=1; a=rsa-sha256; d=example.com; s=s; h=From; bh=" + HASH + "; b=YWJj";

  private static RandomGenerator random() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    return new Random(seed);
  }

  private static DkimSignature signature(RandomGenerator random) {
    boolean timed = random.nextBoolean();
    long t = random.nextInt(1_000_000);
    return new DkimSignature(
        Samples.pick(random, List.of(SigningAlgorithm.values())),
        random.nextBoolean() ? "YWJj" : HASH.repeat(1 + random.nextInt(9)).replace("=", "A"),
        HASH,
        new Canonicalization(
            Samples.pick(random, List.of(Canonicalization.Form.values())),
            Samples.pick(random, List.of(Canonicalization.Form.values()))),
        DomainName.of(Samples.pick(random, List.of("example.com", "a.b.example.test", "x-y.test"))),
        Samples.pick(
            random,
            List.of(
                List.of("From"),
                List.of("from", "To", "Subject"),
                java.util.Collections.nCopies(40, "X-Some-Field"))),
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(
                new Auid(
                    Samples.pick(random, List.of("", "joe", "a b", "x=y;z", "\"@\"", "é|")),
                    DomainName.of("sub.example.com"))),
        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(99999)),
        random.nextBoolean() ? List.of() : List.of("dns/txt", "dns/other"),
        DomainName.of(Samples.pick(random, List.of("s", "a.b", "2026-11"))),
        timed ? OptionalLong.of(t) : OptionalLong.empty(),
        random.nextBoolean() ? OptionalLong.of(t + 1) : OptionalLong.empty(),
        random.nextBoolean()
            ? List.of()
            : List.of(
                new DkimSignature.CopiedField("From", "a;b|c=d é"),
                new DkimSignature.CopiedField("To", "")),
        random.nextBoolean() ? List.of() : List.of(new DkimKeyRecord.OtherTag("y_1", "v w")));
  }

  @Test
  void aSignaturePrintedAndReadIsTheSame() {
    var random = random();
    for (int i = 0; i < 3000; i++) {
      DkimSignature signature = signature(random);
      String printed = signature.print();
      assertEquals(signature, DkimSignature.parse(printed).toOptional().orElse(null), printed);
      assertEquals(printed, DkimSignature.parse(printed).toOptional().orElseThrow().print());
    }
  }

  @Test
  void aSignatureIsFoldedToSeventyEightColumns() {
    var random = random();
    for (int i = 0; i < 500; i++) {
      for (String line : ("DKIM-Signature:" + signature(random).print()).split("\r\n", -1)) {
        int columns = line.startsWith("\t") ? line.length() + 7 : line.length();
        assertTrue(columns <= 78, () -> columns + ": " + line);
      }
    }
  }

  @Test
  void aRecordPrintedAndReadIsTheSame() {
    var random = random();
    for (int i = 0; i < 2000; i++) {
      DkimKeyRecord record =
          new DkimKeyRecord(
              random.nextBoolean(),
              Samples.pick(
                  random, List.of(Optional.empty(), Optional.of("rsa"), Optional.of("x-y"))),
              Samples.pick(random, List.of(List.of(), List.of("sha256"), List.of("sha1", "q"))),
              Samples.pick(random, List.of(List.of(), List.of("*"), List.of("email", "tlsrpt"))),
              Samples.pick(random, List.of(List.of(), List.of("y", "s"), List.of("s"))),
              Optional.empty(),
              Samples.pick(random, List.of(Optional.empty(), Optional.of("*"))),
              Samples.pick(random, List.of("", "YWJj", HASH)),
              Samples.pick(
                  random, List.of(List.of(), List.of(new DkimKeyRecord.OtherTag("z", "1")))));
      if (random.nextBoolean()) {
        record = record.withNotes("for people; = \u00e9");
        assertEquals("for people; = \u00e9", record.notesText().orElseThrow());
      }
      assertEquals(record, DkimKeyRecord.parse(record.print()).toOptional().orElse(null));
      assertEquals(record.print(), record.toTxt().text());
      assertTrue(record.toTxt().strings().stream().allMatch(s -> s.length() <= 255));
    }
  }

  @Test
  void nothingOneCanWriteThrows() {
    var random = random();
    String alphabet = "vabchdilqstxzkgnp=;:/@|.-_ \t\r\n019AFz+%\u00e9\0\u00ff";
    for (int i = 0; i < 30_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? GOOD : "v=DKIM1; p=YWJj");
      int changes = random.nextInt(30);
      for (int c = 0; c < changes; c++) {
        char with =
            random.nextBoolean()
                ? alphabet.charAt(random.nextInt(alphabet.length()))
                : (char) random.nextInt(256);
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, with);
          case 1 -> text.insert(at, with);
          default -> text.deleteCharAt(at);
        }
        if (text.isEmpty()) {
          text.append(with);
        }
      }
      String given = text.toString();
      switch (DkimSignature.parse(given)) {
        case Parsed.Ok<DkimSignature>(DkimSignature s) ->
            assertEquals(s, DkimSignature.parse(s.print()).toOptional().orElse(null), given);
        case Parsed.Malformed<DkimSignature> m ->
            assertTrue(m.offset() >= 0 && m.offset() <= given.length(), given);
      }
      switch (DkimKeyRecord.parse(given)) {
        case Parsed.Ok<DkimKeyRecord>(DkimKeyRecord r) ->
            assertTrue(r.key() instanceof Parsed.Ok || r.key() instanceof Parsed.Malformed);
        case Parsed.Malformed<DkimKeyRecord> m ->
            assertTrue(m.offset() >= 0 && m.offset() <= given.length(), given);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=2;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj",
        "a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-md5;d=example.com;s=s;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=com;s=s;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=exa mple.com;s=s;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=-x.example.com;s=s;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=;h=From;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From:;bh=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=Y%Jj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;b=YWJj",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;c=nofws",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;l=-1",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;l=+1",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;q=http",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;t=5;x=5",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;t=now",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;i=joe",
        "v=1;a=rsa-sha256;d=example.com;s=s;h=From;bh=YWJj;b=YWJj;i=a=0D=0Ab@example.com",
      })
  void brokenSignaturesAreMalformed(String value) {
    assertInstanceOf(Parsed.Malformed.class, DkimSignature.parse(value));
  }

  @Test
  void hugeNumbersAreHeldAsHuge() {
    String value = GOOD + "; l=" + "9".repeat(76) + "; x=99999999999999999999";
    DkimSignature s = DkimSignature.parse(value).toOptional().orElseThrow();
    assertEquals(DkimSignature.HUGE, s.bodyLength().orElseThrow());
    assertEquals(DkimSignature.HUGE, s.expiration().orElseThrow());
    assertInstanceOf(Parsed.Malformed.class, DkimSignature.parse(GOOD + "; l=" + "9".repeat(77)));
  }

  @Test
  void anAgentIsQuotedPrintable() {
    DkimSignature s =
        DkimSignature.parse(GOOD + "; i=a=20b=40\r\n c=3B@sub.EXAMPLE.com")
            .toOptional()
            .orElseThrow();
    assertEquals("a b@c;@sub.example.com", s.auid().toString());
  }

  @Test
  void keyRecordsMustBeginWithTheirVersion() {
    assertInstanceOf(Parsed.Malformed.class, DkimKeyRecord.parse("p=YWJj; v=DKIM1"));
    assertInstanceOf(Parsed.Malformed.class, DkimKeyRecord.parse("v=DKIM1.0; p=YWJj"));
    assertInstanceOf(Parsed.Malformed.class, DkimKeyRecord.parse("v=dkim1; p=YWJj"));
    assertInstanceOf(Parsed.Malformed.class, DkimKeyRecord.parse("v=DKIM1; k=rsa"));
    assertInstanceOf(Parsed.Malformed.class, DkimKeyRecord.parse("v=spf1 -all"));
    assertTrue(DkimKeyRecord.parse("v=DKIM1; p=").toOptional().orElseThrow().revoked());
  }
}
