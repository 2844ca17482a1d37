package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.Canonicalization;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {
  @TempDir Path directory = Path.of("");
  private Map<String, ?> zone = Map.of();

  private CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("mail.conf"), zone, "", arguments);
  }

  /// The samples, seen from the module or from the whole tree.
  private static Path sample(String name) {
    return Optional.of(Path.of("../conf/samples"))
        .filter(Files::isDirectory)
        .orElse(Path.of("conf/samples"))
        .resolve(name);
  }

  private CommandRun verify(String name, String ip, String helo, String mailFrom, String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "verify",
                sample(name).toString(),
                "--zone",
                sample("zone").toString(),
                "--ip",
                ip,
                "--helo",
                helo,
                "--mail-from",
                mailFrom));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void tellsWhyTheSignedSamplePasses() {
    CommandRun good = verify("signed.eml", "192.0.2.25", "mail.example.org", "alice@example.org");
    assertEquals(Facteur.OK, good.code(), good.err());
    assertTrue(
        good.out().contains("example.org: v=spf1 mx include:_spf.example.org -all"), good.out());
    assertTrue(good.out().contains("read at sample-ed._domainkey.example.org"), good.out());
    assertTrue(good.out().contains("_dmarc.example.org: v=DMARC1; p=reject"), good.out());
    assertTrue(good.out().contains("Authentication-Results: localhost;"), good.out());
  }

  @Test
  void tellsWhyTheForgedSampleFails() {
    CommandRun bad = verify("forged.eml", "198.51.100.66", "mail.example.com", "alice@example.org");
    assertEquals(Facteur.PROBLEM, bad.code());
    assertTrue(bad.out().contains("nobody signed it"), bad.out());
    assertTrue(bad.out().contains("put it into the junk folder"), bad.out());
  }

  @Test
  void tellsWhatWasChanged() {
    CommandRun bad = verify("changed.eml", "198.51.100.66", "mail.example.com", "x@example.com");
    assertEquals(Facteur.PROBLEM, bad.code());
    assertTrue(bad.out().contains("not right: body hash"), bad.out());
  }

  @Test
  void writesTheSameAsJson() {
    JsonNode report =
        verify("signed.eml", "192.0.2.25", "mail.example.org", "alice@example.org", "--json")
            .json();
    assertEquals("pass", report.at("/spf/helo/result").asString());
    assertEquals("pass", report.at("/spf/mailfrom/result").asString());
    assertEquals("sample", report.at("/dkim/0/selector").asString());
    assertEquals("pass", report.at("/dkim/1/result").asString());
    assertTrue(report.at("/dkim/0/steps").size() > 5);
    assertEquals("pass", report.get("adsp").asString());
    assertEquals("example.org", report.at("/dmarc/policy_domain").asString());
    assertTrue(report.at("/dmarc/alignment/dkim").asBoolean());
    assertEquals("none", report.at("/arc/cv").asString());
    assertTrue(report.get("authentication_results").asString().contains("dmarc=pass"));
  }

  /// A message of simple canonicalization whose body was changed by one space, and its zone.
  private Path nearly() throws Exception {
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
    String text = "From: a@example.org\r\nSubject: s\r\n\r\nTwo words\r\n";
    MessageFile message = MessageFile.of(text.getBytes(StandardCharsets.UTF_8));
    var signer =
        new DkimSigner(
            new SigningKey(
                DomainName.of("example.org"),
                DomainName.of("s"),
                key.algorithm(),
                DkimCrypto.standard().signer(key)),
            DkimSigner.Settings.DEFAULT.withCanonicalization(Canonicalization.SIMPLE),
            () -> CommandRun.NOW);
    String signature =
        new String(signer.sign(message.header(), message.stream()).raw(), StandardCharsets.UTF_8);
    zone = Map.of("s._domainkey.example.org", Map.of("TXT", List.of(key.record().print())));
    return Files.writeString(
        directory.resolve("near.eml"), signature + text.replace("Two words", "Two  words"));
  }

  @Test
  void saysWhatNearlyFitsInEachForm() throws Exception {
    String file = nearly().toString();
    String words = "the body would fit with runs";
    assertTrue(run("verify", file).out().contains("nearly: " + words));
    JsonNode json = run("verify", file, "--json").json();
    assertTrue(json.at("/dkim/0/nearly/0").asString("").startsWith(words), json.toString());
    Path cases = Files.writeString(directory.resolve("c.jsonl"), "{\"file\": \"near.eml\"}\n");
    JsonNode batch = run("verify", "--batch", cases.toString()).json();
    assertEquals(json.at("/dkim/0/nearly"), batch.at("/dkim/0/nearly"));
    JsonNode good =
        verify("signed.eml", "192.0.2.25", "mail.example.org", "alice@example.org", "--json")
            .json();
    assertEquals(0, good.at("/dkim/0/nearly").size(), "it is there, with nothing to say");
    assertTrue(good.at("/dkim/0/nearly").isArray());
  }

  @Test
  void withoutAClientSpfIsSaidToBeUnchecked() {
    CommandRun good =
        run("verify", sample("signed.eml").toString(), "--zone", sample("zone").toString());
    assertEquals(Facteur.OK, good.code(), good.out());
    assertTrue(good.out().contains("--ip names no client"), good.out());
    assertFalse(good.out().contains("spf="), "nothing is claimed of what was not checked");
  }

  @Test
  void mistakesOnTheCommandLineAreNamed() {
    String message = sample("signed.eml").toString();
    assertTrue(run("verify", directory.toString()).err().contains(directory + " is a directory."));
    assertTrue(
        run("verify", message, "--batch", sample("cases.jsonl").toString())
            .err()
            .contains("Leave one of them out."));
    assertTrue(run("tlsrpt", "show", directory.toString()).err().contains("is a directory."));
    assertTrue(run("tls", "tlsa", "--host", "bad host").err().contains("is not a domain."));
    assertTrue(run("tls", "tlsa", "--port", "70000").err().contains("70000 is not a port."));
  }

  @Test
  void batchSamplesComeBackLineByLine() {
    CommandRun batch = run("verify", "--batch", sample("cases.jsonl").toString());
    assertEquals(Facteur.OK, batch.code(), batch.out());
    List<JsonNode> lines =
        batch.out().lines().map(line -> new JsonMapper().readTree(line)).toList();
    assertEquals(4, lines.size());
    assertEquals("pass", lines.get(0).at("/dmarc/result").asString());
    assertEquals("fail", lines.get(1).at("/dmarc/result").asString());
    assertEquals("body hash did not verify", lines.get(2).at("/dkim/0/reason").asString());
    assertEquals("pass", lines.get(3).at("/spf/mailfrom/result").asString());
    assertEquals("temperror", lines.get(3).at("/spf/helo/result").asString());
    assertFalse(lines.get(3).has("dmarc"), "without a message only SPF is checked");
  }

  @Test
  void aBadLineOfABatchIsToldAndTheOthersGoOn() throws IOException {
    Path cases = directory.resolve("cases.jsonl");
    Files.writeString(
        cases,
        """
        {"id": 1, "ip": "192.0.2.300"}
        no json
        {"id": 2, "zone": 5}
        {"id": 3, "file": "none.eml"}
        {"id": 4, "ip": "192.0.2.1", "now": "soon"}

        {"id": 5, "ip": "192.0.2.1", "helo": "a.example.org", "message": "From: a@b.example\\n\\nx", \
        "zone": "$TTL 1\\na.example.org. IN TXT \\"v=spf1 +all\\"\\n"}
        """);
    CommandRun batch = run("verify", "--batch", cases.toString());
    assertEquals(Facteur.PROBLEM, batch.code());
    List<JsonNode> lines =
        batch.out().lines().map(line -> new JsonMapper().readTree(line)).toList();
    assertEquals(6, lines.size());
    assertTrue(lines.subList(0, 5).stream().allMatch(line -> line.has("error")), batch.out());
    assertEquals("pass", lines.get(5).at("/spf/helo/result").asString());
    assertEquals("none", lines.get(5).at("/dmarc/result").asString());
  }

  @Test
  void whatIsSignedHereVerifies() throws IOException {
    Path settings = directory.resolve("mail.conf");
    Files.writeString(settings, "hostname = mail.example.org\ndomains.\"example.org\" {}\n");
    assertEquals(Facteur.OK, run("dkim", "generate", "example.org").code());
    Path message = directory.resolve("m.eml");
    Files.writeString(message, "From: a@example.org\nSubject: S\n\nText\n");
    Path signed = directory.resolve("signed.eml");
    CommandRun sign =
        run("sign", message.toString(), "--domain", "example.org", "-o", signed.toString());
    assertEquals(Facteur.OK, sign.code(), sign.err());
    Path records = directory.resolve("zone");
    Files.writeString(records, "$TTL 1\n" + run("dkim", "record", "example.org").out());
    JsonNode report =
        run("verify", signed.toString(), "--zone", records.toString(), "--json").json();
    assertEquals(2, report.get("dkim").size());
    report.get("dkim").forEach(s -> assertEquals("pass", s.get("result").asString()));
    assertTrue(
        run("sign", message.toString(), "--domain", "example.org", "-o", signed.toString())
            .err()
            .contains("exists already"));
  }

  @Test
  void whatIsSignedHereCoversWhatTheSettingsSay() throws IOException {
    Path settings = directory.resolve("mail.conf");
    String plain = "hostname = mail.example.org\ndomains.\"example.org\" {}\n";
    Path message = directory.resolve("m.eml");
    Files.writeString(message, "From: a@example.org\nSubject: S\nX-Own: x\n\nText\n");
    Path key = directory.resolve("key.pem");
    DkimPrivateKey made = DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
    Files.writeString(key, made.toPem());
    Files.writeString(settings, plain);
    String[] sign = {
      "sign",
      message.toString(),
      "--domain",
      "example.org",
      "--selector",
      "s",
      "--key",
      key.toString(),
      "-c",
      settings.toString()
    };
    String usual = run(sign).out().replaceAll("\\s", "");
    assertTrue(usual.contains("Reply-To"), usual);
    Files.writeString(
        settings,
        plain
            + "signing { fields = [Subject, X-Own], oversigned = [From],"
            + " oversigned-if-present = [], expiry = 3d }\n");
    String ours = run(sign).out().replaceAll("\\s", "");
    assertTrue(ours.contains(";h=From:From:Subject:X-Own;"), ours);
    assertTrue(ours.contains("x="), "the rest counts, too: " + ours);
  }

  @Test
  void spfIsReadAloud() {
    CommandRun read = run("spf", "explain", "example.org", "--zone", sample("zone").toString());
    assertEquals(Facteur.OK, read.code());
    assertTrue(read.out().contains("the mail exchangers of example.org: may send"), read.out());
    assertTrue(read.out().contains("-all - everyone: may not send"), read.out());
    assertTrue(read.out().contains("2 of the 10"), read.out());
    assertFalse(read.out().contains("~all - everyone: probably"), "an include only passes");
  }

  @Test
  void spfRecordsThatCannotBeUsedAreToldOf() {
    zone =
        Map.of(
            "example.org", Map.of("TXT", List.of("v=spf1 include:example.org -all")),
            "two.example", Map.of("TXT", List.of("v=spf1 -all", "v=spf1 +all")),
            "bad.example", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.300 -all")),
            "down.example", "TIMEOUT",
            "many.example",
                Map.of("TXT", List.of("v=spf1" + " exists:%{i}.example.net".repeat(11) + " -all")));
    expect("example.org", "in a circle");
    expect("two.example", "2 SPF records");
    expect("bad.example", "broken at character");
    expect("down.example", "no answer");
    expect("none.example", "anybody may send");
    expect("many.example", "11 look-ups are too many");
  }

  @Test
  void spfTermsThatAreNeverReachedCostNothing() {
    String many = " include:other.example".repeat(11);
    record Case(String record, int lookups, String line) {}
    for (Case c :
        List.of(
            new Case("v=spf1 a -all mx" + many, 1, "mx - the mail exchangers"),
            new Case("v=spf1 -all redirect=other.example", 0, "redirect=other.example - never"),
            new Case("v=spf1 redirect=other.example -all", 0, "redirect=other.example - never"),
            new Case("v=spf1 redirect=other.example mx", 3, "mx - the mail exchangers"),
            new Case("v=spf1 include:other.example mx ?all", 3, "mx - the mail exchangers"),
            new Case("v=spf1 -all include:gone.example", 0, "include:gone.example - whoever"))) {
      zone =
          Map.of(
              "example.org", Map.of("TXT", List.of(c.record())),
              "other.example", Map.of("TXT", List.of("v=spf1 a ~all ptr exists:x.example")));
      CommandRun read = run("spf", "explain", "example.org", "--json");
      assertEquals(Facteur.OK, read.code(), read.out());
      assertEquals(c.lookups(), read.json().get("lookups").asInt(), read.out());
      assertEquals(0, read.json().get("problems").size(), read.out());
      assertTrue(read.out().contains(c.line()), read.out());
    }
    zone = Map.of("example.org", Map.of("TXT", List.of("v=spf1 redirect=other.example mx -all")));
    CommandRun read = run("spf", "explain", "example.org");
    assertFalse(read.out().contains("(never reached)"), read.out());
  }

  private void expect(String domain, String words) {
    CommandRun read = run("spf", "explain", domain);
    assertEquals(Facteur.PROBLEM, read.code(), read.out());
    assertTrue(read.out().contains(words), read.out());
  }

  @Test
  void srsAddressesGoThereAndBack() throws IOException {
    Files.writeString(
        directory.resolve("mail.conf"),
        "hostname = mail.example.org\ndomains.\"example.org\" {}\n");
    CommandRun early = run("srs", "encode", "alice@example.net");
    assertTrue(early.err().contains("facteur run"), early.err());
    Path secret = directory.resolve("secret");
    Files.writeString(secret, "tick\n");
    Files.setPosixFilePermissions(
        secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    String there =
        run("srs", "encode", "alice@example.net", "--secret", secret.toString()).out().strip();
    assertTrue(there.matches("SRS0=.{4}=..=example\\.net=alice@example\\.org"), there);
    CommandRun back = run("srs", "decode", there, "--secret", secret.toString(), "--json");
    assertEquals("alice@example.net", back.json().get("result").asString());
    CommandRun forged =
        run("srs", "decode", there.replace("alice", "bob"), "--secret", secret.toString());
    assertEquals(Facteur.PROBLEM, forged.code());
    assertTrue(forged.err().contains("wrong hash"), forged.err());
  }

  private Path srsSecret() throws IOException {
    Path secret = directory.resolve("secret");
    Files.writeString(secret, "tick\n");
    Files.setPosixFilePermissions(
        secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    return secret;
  }

  @Test
  void srsEncodeShowsWhatTheServerWouldDo() throws IOException {
    Files.writeString(
        directory.resolve("mail.conf"),
        "hostname = mail.example.org\ndomains { \"example.org\" {}, \"example.com\" {} }\n");
    String secret = srsSecret().toString();
    record Case(String address, String result, String why) {}
    for (Case c :
        List.of(
            new Case("<alice@example.net>", "SRS0=.{4}=..=example\\.net=alice@example\\.com", ""),
            new Case("alice@Example.ORG", "alice@Example\\.ORG", "is a domain of ours"),
            new Case("<>", "<>", "no sender to rewrite"),
            new Case(
                "a-very-long-name-of-a-mailing-list-bounces@lists.example.net",
                "a-very-long-name-of-a-mailing-list-bounces@lists\\.example\\.net",
                "too long"))) {
      CommandRun run =
          run("srs", "encode", c.address(), "--domain", "example.com", "--secret", secret);
      assertEquals(Facteur.OK, run.code(), run.err());
      assertTrue(run.out().strip().matches(c.result()), run.out());
      assertEquals(c.why().isEmpty(), run.err().isEmpty(), run.err());
      assertTrue(run.err().contains(c.why()), run.err());
    }
    CommandRun foreign =
        run("srs", "encode", "a@example.net", "--domain", "example.edu", "--secret", secret);
    assertEquals(Facteur.PROBLEM, foreign.code(), foreign.out());
    assertTrue(foreign.err().contains("none of our domains"), foreign.err());
    assertTrue(run("srs", "encode", "alice", "--secret", secret).err().contains("no address"));
    Files.writeString(
        directory.resolve("mail.conf"),
        "hostname = mail.example.org\ndomains { \"example.org\" {}, \"example.com\" {} }\n"
            + "srs.domain = example.org\n");
    CommandRun set =
        run("srs", "encode", "a@example.net", "--domain", "example.com", "--secret", secret);
    assertTrue(set.out().strip().endsWith("=a@example.org"), set.out() + set.err());
  }

  @Test
  void srsDecodeTakesOnlyWhatTheServerTakes() throws IOException {
    Path conf = directory.resolve("mail.conf");
    Files.writeString(conf, "hostname = mail.example.org\ndomains.\"example.org\" {}\n");
    String secret = srsSecret().toString();
    String there = run("srs", "encode", "a@example.net", "--secret", secret).out().strip();
    Files.writeString(conf, "hostname = mail.example.org\ndomains.\"example.com\" {}\n");
    CommandRun back = run("srs", "decode", there, "--secret", secret);
    assertEquals(Facteur.PROBLEM, back.code(), back.out());
    assertTrue(back.err().contains("none of our domains"), back.err());
  }

  /// What opendkim-genkey writes, for two domains one after the other, and other tools.
  @Test
  void zonesWithRelativeNamesAreUnderstood() throws IOException {
    String genkey =
        """
        %1$s._domainkey\tIN\tTXT\t( "v=DKIM1; h=sha256; k=ed25519; "
        \t  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" )  ; ----- DKIM key %1$s for %2$s
        """;
    var zone =
        DnsOption.parse(
                genkey.formatted("sel", "example.com") + genkey.formatted("sel", "example.org"))
            .toOptional()
            .orElseThrow();
    for (String domain : List.of("example.com", "example.org")) {
      DomainName name = DomainName.of("sel._domainkey." + domain);
      assertEquals(1, zone.lookup(name, RecordType.TXT).orEmpty().size(), domain);
    }
    Path file = directory.resolve("relative");
    Files.writeString(file, "\ufeff@ IN TXT \"v=spf1 a -all\"\n  IN A 192.0.2.1\n");
    CommandRun without = run("spf", "explain", "example.org", "--zone", file.toString());
    assertEquals(Facteur.PROBLEM, without.code(), without.out());
    assertTrue(without.err().contains("--origin"), without.err());
    CommandRun with =
        run("spf", "explain", "example.org", "--zone", file.toString(), "--origin", "example.org");
    assertEquals(Facteur.OK, with.code(), with.err());
    assertTrue(with.out().contains("1 of the 10"), with.out());
    Files.writeString(file, "_dmarc IN TXT \"v=DMARC1; p=none\"\n");
    assertTrue(
        run("spf", "explain", "example.org", "--zone", file.toString())
            .err()
            .contains("line 1 has the relative name _dmarc"));
    assertTrue(
        run("spf", "explain", "example.org", "--origin", "example.org")
            .err()
            .contains("Add --zone FILE"));
  }
}
