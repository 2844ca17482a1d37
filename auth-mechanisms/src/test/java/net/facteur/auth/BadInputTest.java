package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimPublicKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What hostile messages and records get: one row each, with the verdicts they must have. No row
/// may throw, and none may cost more look-ups than [#MOST_LOOK_UPS].
class BadInputTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
  private static final DomainName DOMAIN = DomainName.of("example.org");
  private static final int MOST_LOOK_UPS = 60;
  private static final String BIG = "x".repeat(1_000_000);
  private static final String FROM = "From: a@example.org\r\n";
  private static final DkimPrivateKey KEY =
      DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());

  /// One message.
  ///
  /// @param signed it is signed by the author's domain
  /// @param reversePath a domain, whose record the zone has
  /// @param verdicts results of SPF for MAIL FROM, of each kind of DKIM result, and of DMARC
  private record Row(
      String name,
      boolean signed,
      String header,
      String body,
      String reversePath,
      String verdicts) {
    static Row header(String name, String header, String verdicts) {
      return new Row(name, false, header, "Hello\r\n", "example.org", verdicts);
    }

    static Row signed(String name, String header, String body, String verdicts) {
      return new Row(name, true, header, body, "none.example", verdicts);
    }

    static Row record(String name, String reversePath, String verdicts) {
      return new Row(name, false, FROM, "Hello\r\n", reversePath, verdicts);
    }
  }

  private static Map<String, Object> zone() {
    var zone = new HashMap<String, Object>();
    txt(zone, "example.org", "v=spf1 ip4:192.0.2.1 -all");
    txt(zone, "_dmarc.example.org", "v=DMARC1; p=reject");
    txt(zone, "s._domainkey.example.org", KEY.record().print());
    txt(zone, "circle.example", "v=spf1 include:circle2.example -all");
    txt(zone, "circle2.example", "v=spf1 include:circle.example -all");
    txt(zone, "redirected.example", "v=spf1 redirect=redirected.example");
    txt(zone, "long.example", "v=spf1 " + "ip4:203.0.113.1 ".repeat(4_000) + "ip4:192.0.2.1 -all");
    txt(zone, "endless.example", "v=spf1 " + "a".repeat(65_000));
    txt(zone, "nul.example", "v=spf1 ip4:192.0.2.1\0 -all");
    BigInteger modulus = BigInteger.ONE.shiftLeft(16_383).add(BigInteger.TEN).setBit(0);
    var huge = new DkimPublicKey.Rsa(modulus, BigInteger.valueOf(65537));
    txt(zone, "huge._domainkey.example.org", DkimKeyRecord.of(huge).print());
    txt(zone, "long._domainkey.example.org", "v=DKIM1; n=" + "n".repeat(64_000) + "; p=AAAA");
    txt(zone, "noise._domainkey.example.org", "\0\u00ff;=".repeat(16_000));
    txt(zone, "_dmarc.long.example", "v=DMARC1; p=reject; x=" + "y".repeat(65_000));
    return zone;
  }

  private static void txt(Map<String, Object> zone, String name, String text) {
    var strings =
        IntStream.iterate(0, at -> at < text.length(), at -> at + 255)
            .mapToObj(at -> text.substring(at, Math.min(text.length(), at + 255)))
            .toList();
    zone.put(name, Map.of("TXT", List.of(strings)));
  }

  private static String signature(String selector) {
    return "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s="
        + selector
        + "; h=from; bh=AAAA; b=AAAA\r\n";
  }

  private static String addresses(int count, String domain) {
    return "From: "
        + IntStream.range(0, count)
            .mapToObj(i -> "a" + i + "@" + domain.formatted(i))
            .collect(Collectors.joining(",\r\n "))
        + "\r\n";
  }

  @TestFactory
  Stream<DynamicTest> everyBadInputGetsItsVerdict() {
    return Stream.of(headers(), bodies(), records())
        .flatMap(List::stream)
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
  }

  private static List<Row> headers() {
    return List.of(
        Row.header("no From", "Subject: x\r\n", "spf=pass dkim=none dmarc=permerror"),
        Row.header("no header at all", "", "spf=pass dkim=none dmarc=permerror"),
        Row.header("empty From", "From:\r\n", "spf=pass dkim=none dmarc=permerror"),
        Row.header(
            "From of white space", "From: \r\n \t\r\n", "spf=pass dkim=none dmarc=permerror"),
        Row.header("two From", FROM + FROM, "spf=pass dkim=none dmarc=permerror"),
        Row.header(
            "ten addresses of one domain",
            addresses(10, "example.org"),
            "spf=pass dkim=none dmarc=pass"),
        Row.header(
            // RFC 9989, 11.5: every one of them is looked at, and none has a record.
            "ten addresses of ten domains",
            addresses(10, "d%d.example"),
            "spf=pass dkim=none dmarc=none"),
        Row.header(
            "From line of 1 MB",
            "From: " + BIG + " <a@example.org>\r\n",
            "spf=pass dkim=none dmarc=permerror"),
        Row.header(
            "comments a million deep",
            "From: " + "(".repeat(1_000_000) + "\r\n",
            "spf=pass dkim=none dmarc=permerror"),
        Row.header(
            "line of 1 MB without a colon", BIG + "\r\n" + FROM, "spf=pass dkim=none dmarc=pass"),
        Row.header(
            "signature of 1 MB",
            "DKIM-Signature: v=1; b=" + BIG + "\r\n" + FROM,
            "spf=pass dkim=permerror dmarc=pass"),
        Row.header(
            "10,000 signatures",
            signature("none").repeat(10_000) + FROM,
            "spf=pass dkim=neutral+permerror dmarc=pass"),
        Row.header(
            "10,000 ARC sets",
            "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=s; b=AAAA\r\n".repeat(10_000)
                + FROM,
            "spf=pass dkim=none dmarc=pass"),
        Row.header(
            "NUL in From", "From: a\0b@example.org\r\n", "spf=pass dkim=none dmarc=permerror"),
        Row.header(
            "8-bit domain that is no UTF-8",
            "From: a@ex\u00e4mple.org\r\n",
            "spf=pass dkim=none dmarc=permerror"));
  }

  private static List<Row> bodies() {
    String parts =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "--b" + i + "\r\nContent-Type: multipart/x; boundary=b" + i + "\r\n\r\n")
            .collect(Collectors.joining());
    String pass = "spf=none dkim=pass dmarc=pass";
    return List.of(
        Row.signed("signed line of 1 MB", "Subject: " + BIG + "\r\n" + FROM, "x", pass),
        Row.signed(
            "signed NUL and 8-bit",
            "Subject: \0\u00ff\u0080\r\n\0: \0\r\n\u00e9\u00ff: x\r\n" + FROM,
            "\0\u00ff\r\n",
            pass),
        Row.signed("parts in parts that never end", FROM, parts, pass),
        Row.signed(
            "MIME fields that contradict each other",
            "Content-Type: multipart/mixed; boundary=\"\r\nContent-Type: ;;=\r\n"
                + "Content-Transfer-Encoding: x\r\nMIME-Version: 2\r\n"
                + FROM,
            "=ZZ\r\r\n\n--\"--\r\n",
            pass),
        Row.signed("bare CR and LF", FROM, "a\rb\nc\r\r\n\n\r", pass),
        Row.signed("body of 1 MB in one line", FROM, BIG, pass),
        Row.signed("body of spaces and empty lines", FROM, " \t\r\n".repeat(300_000), pass));
  }

  private static List<Row> records() {
    return List.of(
        Row.record("includes in a circle", "circle.example", "spf=permerror dkim=none dmarc=fail"),
        Row.record(
            "redirects in a circle", "redirected.example", "spf=permerror dkim=none dmarc=fail"),
        Row.record("SPF record of 64 KiB", "long.example", "spf=pass dkim=none dmarc=fail"),
        Row.record("SPF term of 64 KiB", "endless.example", "spf=permerror dkim=none dmarc=fail"),
        Row.record("NUL in an SPF record", "nul.example", "spf=permerror dkim=none dmarc=fail"),
        new Row(
            "DMARC record of 64 KiB",
            false,
            "From: a@long.example\r\n",
            "",
            "long.example",
            "spf=pass dkim=none dmarc=pass"),
        Row.header(
            "key of 16,384 bits", signature("huge") + FROM, "spf=pass dkim=policy dmarc=pass"),
        Row.header(
            "key record of 64 KiB", signature("long") + FROM, "spf=pass dkim=permerror dmarc=pass"),
        Row.header(
            "key record of noise",
            signature("noise") + FROM,
            "spf=pass dkim=permerror dmarc=pass"));
  }

  private static void check(Row row) throws Exception {
    byte[] octets = row.header().getBytes(StandardCharsets.ISO_8859_1);
    MessageBody body = MessageBody.of(row.body().getBytes(StandardCharsets.ISO_8859_1));
    MessageHeader header = MessageHeader.parse(octets);
    if (row.signed()) {
      var key =
          new SigningKey(
              DOMAIN, DomainName.of("s"), KEY.algorithm(), DkimCrypto.standard().signer(KEY));
      header =
          header.prepend(
              List.of(new DkimSigner(key, DkimSigner.Settings.DEFAULT, CLOCK).sign(header, body)));
    }
    var zone = ZoneResolver.of(zone());
    var report =
        new MessageAuthenticator(
                zone,
                DkimCrypto.standard(),
                CLOCK,
                MessageAuthenticator.Settings.defaults("mx.example.net"))
            .authenticate(
                new AuthenticationRequest(
                    IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(),
                    "mail.none.example",
                    "a@" + row.reversePath()),
                header,
                body);
    String dkim =
        report.signatures().stream()
            .map(s -> s.result().word())
            .distinct()
            .sorted()
            .collect(Collectors.joining("+"));
    assertEquals(
        row.verdicts(),
        "spf="
            + report.spfMailFrom().result().word()
            + " dkim="
            + (dkim.isEmpty() ? "none" : dkim)
            + " dmarc="
            + report.dmarc().result().word(),
        () -> report.dmarc().toString());
    assertTrue(zone.lookups() <= MOST_LOOK_UPS, () -> zone.lookups() + " look-ups");
    assertInstanceOf(
        Parsed.Ok.class,
        AuthenticationResults.parse(
            report.toAuthenticationResults("mx.example.net").toField().value()));
  }
}
