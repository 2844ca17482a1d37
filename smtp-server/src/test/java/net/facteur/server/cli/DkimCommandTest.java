package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DkimCommandTest {
  @TempDir Path directory = Path.of("");
  private Path settings = Path.of("");
  private Map<String, ?> zone = Map.of();

  @BeforeEach
  void write() throws IOException {
    settings = directory.resolve("conf/mail.conf");
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" { dkim.selector = s1 }, "example.com" {} }
        """);
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, zone, "", arguments);
  }

  @Test
  void whatHasNoFromIsNotSigned() throws IOException {
    run("dkim", "generate", "example.org", "--selector", "s1");
    Path mail = Files.writeString(directory.resolve("mail.eml"), "To: a@example.net\n\nhello\n");
    CommandRun refused = run("sign", mail.toString(), "--domain", "example.org");
    assertEquals(Facteur.PROBLEM, refused.code());
    assertTrue(refused.err().contains("has no From field"), refused.err());
    Files.writeString(mail, "From: b@example.org\nTo: a@example.net\n\nhello\n");
    CommandRun signed = run("sign", mail.toString(), "--domain", "example.org");
    assertEquals(Facteur.OK, signed.code(), signed.err());
  }

  @Test
  void theSelectorThatIsAdvisedIsFree() {
    for (String selector : new String[] {"jan2027", "jan2027b", "jan2027c"}) {
      assertEquals(
          Facteur.OK, run("dkim", "generate", "example.org", "--selector", selector).code());
    }
    CommandRun taken = run("dkim", "generate", "example.org", "--selector", "jan2027");
    assertEquals(Facteur.PROBLEM, taken.code());
    assertTrue(
        taken.err().contains("facteur dkim generate example.org --selector jan2027d"), taken.err());
  }

  @Test
  void makesBothKeysForTheConfiguredSelectorAndKeepsThemSecret() throws IOException {
    CommandRun made = run("dkim", "generate", "example.org");
    assertEquals(Facteur.OK, made.code(), made.err());
    Path rsa = directory.resolve("data/keys/s1.example.org.rsa");
    Path ed = directory.resolve("data/keys/s1-ed.example.org.ed25519");
    for (Path key : List.of(rsa, ed)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    }
    assertTrue(made.out().contains("names this selector already"), made.out());
    assertFalse(made.out().contains("PRIVATE"), made.out());
    assertTrue(made.out().contains("facteur dkim check example.org --selector s1"), made.out());
  }

  @Test
  void whatItPrintsIsAZoneFileWithTheRecordsOfTheKeys() {
    run("dkim", "generate", "example.org", "--bits", "1024");
    CommandRun record = run("dkim", "record", "example.org");
    assertTrue(
        record.out().lines().allMatch(line -> line.length() < 270),
        "strings of 255 octets at most");
    ZoneResolver published =
        switch (ZoneResolver.parseMaster(record.out(), DomainName.ROOT)) {
          case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
          case Parsed.Malformed<ZoneResolver>(int _, String expected) ->
              throw new AssertionError(expected);
        };
    String line = run("dkim", "record", "example.org", "--format", "line").out().strip();
    var rsa = DomainName.of("s1._domainkey.example.org");
    assertEquals(line, published.lookup(rsa, RecordType.TXT).orEmpty().getFirst().text());
    assertTrue(line.startsWith("v=DKIM1; k=rsa; p="), line);
    var ed = DomainName.of("s1-ed._domainkey.example.org");
    assertTrue(
        published.lookup(ed, RecordType.TXT).orEmpty().getFirst().text().contains("k=ed25519"));
    assertEquals(2, run("dkim", "record", "example.org", "--json").json().get("records").size());
  }

  @Test
  void neverOverwritesAKey() throws IOException {
    run("dkim", "generate", "example.org", "--selector", "a", "--algorithm", "ed25519");
    Path key = directory.resolve("data/keys/a-ed.example.org.ed25519");
    String before = Files.readString(key);
    CommandRun again = run("dkim", "generate", "example.org", "--selector", "a");
    assertEquals(Facteur.PROBLEM, again.code());
    assertTrue(again.err().contains("never overwritten"), again.err());
    assertTrue(again.err().contains("facteur dkim record example.org --selector a"), again.err());
    assertEquals(before, Files.readString(key));
    assertFalse(Files.exists(directory.resolve("data/keys/a.example.org.rsa")), "all or none");
  }

  @Test
  void takesAMonthForANameWhereTheConfiguredOneIsTakenOrMissing() {
    CommandRun other = run("dkim", "generate", "example.com", "--algorithm", "ed25519");
    assertTrue(
        other.out().contains("domains.\"example.com\".dkim.selector = nov2026"), other.out());
    run("dkim", "generate", "example.org", "--algorithm", "ed25519");
    CommandRun next = run("dkim", "generate", "example.org", "--algorithm", "ed25519", "--json");
    assertEquals("nov2026", next.json().get("selector").asString());
  }

  @Test
  void saysWhenADomainIsNotOurs() {
    CommandRun made = run("dkim", "generate", "example.net", "--algorithm", "ed25519");
    assertTrue(
        made.out().replaceAll("\\s+", " ").contains("makes example.net a domain of this server"),
        made.out());
  }

  @Test
  void saysInTheRecordWhatItIsToldTo() {
    run("dkim", "generate", "example.org", "--algorithm", "ed25519");
    CommandRun record =
        run(
            "dkim",
            "record",
            "example.org",
            "--format",
            "line",
            "--hash",
            "sha256",
            "--service",
            "email",
            "--testing",
            "--no-subdomains",
            "--note",
            "for mail; only");
    assertTrue(
        record.out().startsWith("v=DKIM1; k=ed25519; h=sha256; s=email; t=y:s; n="), record.out());
    assertTrue(record.out().contains("n=for mail=3B only"), record.out());
    CommandRun sha1 = run("dkim", "record", "example.org", "--hash", "sha1");
    assertTrue(sha1.code() == Facteur.USAGE && sha1.err().contains("sha256"), sha1.err());
    CommandRun gone = run("dkim", "record", "example.org", "--granularity", "bob");
    assertEquals(Facteur.USAGE, gone.code());
    assertTrue(gone.err().contains("Granularity (g=) is gone"), gone.err());
  }

  @Test
  void makesTheRecordOfAKeyThatLiesElsewhere() throws IOException {
    run("dkim", "generate", "example.org", "--bits", "1024", "--algorithm", "rsa");
    String line = run("dkim", "record", "example.org", "--format", "line").out().strip();
    Path pem = directory.resolve("public.pem");
    Files.writeString(
        pem,
        "-----BEGIN PUBLIC KEY-----\n"
            + line.substring(line.indexOf("p=") + 2)
            + "\n-----END PUBLIC KEY-----\n");
    CommandRun elsewhere =
        run(
            "dkim",
            "record",
            "example.net",
            "--selector",
            "x",
            "--public-key",
            pem.toString(),
            "--format",
            "line");
    assertEquals(line, elsewhere.out().strip(), elsewhere.err());
    CommandRun secret =
        run(
            "dkim",
            "record",
            "example.net",
            "--selector",
            "x",
            "--public-key",
            directory.resolve("data/keys/s1.example.org.rsa").toString());
    assertTrue(secret.err().contains("must not be published"), secret.err());
    assertEquals("", secret.out());
  }

  @Test
  void saysWhatToTypeWhereThereIsNoKey() {
    for (String command : List.of("record", "check")) {
      CommandRun none = run("dkim", command, "example.org");
      assertEquals(Facteur.PROBLEM, none.code());
      assertTrue(
          none.err().contains("facteur dkim generate example.org --selector s1"), none.err());
    }
  }

  @Test
  void comparesThePublishedRecordWithTheKey() {
    run("dkim", "generate", "example.org", "--bits", "1024", "--algorithm", "rsa");
    run("dkim", "generate", "example.com", "--bits", "1024", "--algorithm", "rsa");
    String line = run("dkim", "record", "example.org", "--format", "line").out().strip();
    String other = run("dkim", "record", "example.com", "--format", "line").out().strip();
    expect(Facteur.PROBLEM, "nothing at this name", Map.of());
    expect(Facteur.OK, "ok: the record holds the key", txt(line));
    expect(Facteur.OK, "being tested", txt(line.replace("p=", "t=y; p=")));
    expect(Facteur.PROBLEM, "another key", txt(other));
    expect(Facteur.PROBLEM, "revoked", txt("v=DKIM1; p="));
    expect(Facteur.PROBLEM, "cannot be read", txt(line.substring(0, line.length() - 40)));
    expect(Facteur.PROBLEM, "not a key record", txt("v=DKIM2; " + line));
    expect(Facteur.PROBLEM, "2 TXT records", Map.of(NAME, Map.of("TXT", List.of(line, other))));
    expect(Facteur.PROBLEM, "no answer", Map.of(NAME, "SERVFAIL"));
    expect(Facteur.PROBLEM, "does not allow sha256", txt(line.replace("p=", "h=sha1; p=")));
    expect(Facteur.PROBLEM, "not for mail", txt(line.replace("p=", "s=tlsrpt; p=")));
    zone = txt(line);
    assertTrue(run("dkim", "check", "example.org", "--json").json().get("ok").asBoolean());
  }

  private static final String NAME = "s1._domainkey.example.org";

  private static Map<String, ?> txt(String record) {
    return Map.of(NAME, Map.of("TXT", List.of(record)));
  }

  private void expect(int code, String words, Map<String, ?> published) {
    zone = published;
    CommandRun check = run("dkim", "check", "example.org");
    assertTrue(check.out().contains(words), words + " in: " + check.out() + check.err());
    assertEquals(code, check.code(), check.out());
  }

  @Test
  void refusesWhatIsNoDomainSelectorOrSize() {
    assertTrue(run("dkim", "generate", "example").err().contains("not a domain"));
    assertTrue(
        run("dkim", "generate", "example.org", "--selector", "a_b").err().contains("selector"));
    assertTrue(run("dkim", "generate", "example.org", "--bits", "512").err().contains("1024"));
    assertEquals(Facteur.USAGE, run("dkim", "generate", "example.org", "--algorithm", "x").code());
  }
}
