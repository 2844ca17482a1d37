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
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupCommandTest {
  @TempDir Path directory = Path.of("");

  private CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("none"), Map.of(), "", arguments);
  }

  private CommandRun setup(String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "setup",
                "example.org",
                "--dir",
                directory.resolve("mta").toString(),
                "--yes",
                "--address",
                "192.0.2.25,2001:db8::25"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private CommandRun records(String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "dns",
                "records",
                "-c",
                directory.resolve("mta/conf/mail.conf").toString(),
                "--address",
                "192.0.2.25,2001:db8::25"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void makesSettingsThatAreRightAndKeysThatAreSecret() throws IOException {
    CommandRun made = setup();
    assertEquals(Facteur.OK, made.code(), made.err());
    Path home = directory.resolve("mta");
    assertEquals(Facteur.OK, run("check", "-c", home.resolve("conf/mail.conf").toString()).code());
    for (String secret :
        List.of(
            "tls/mail.key",
            "data/keys/nov2026.example.org.rsa",
            "data/keys/nov2026-ed.example.org.ed25519",
            "data/keys/nov2026b.example.org.rsa",
            "data/keys/journal",
            "data/users")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(secret))),
          secret);
    }
    String password = made.err().lines().filter(l -> l.contains("password: ")).toList().getFirst();
    assertTrue(password.length() > 25, password);
    assertTrue(Files.readString(home.resolve("tls/mail.csr")).contains("CERTIFICATE REQUEST"));
    CommandRun list =
        run("dkim", "list", "--json", "-c", home.resolve("conf/mail.conf").toString());
    assertEquals("generated", list.json().get("keys").get(0).get("state").asString(""));
    assertTrue(list.json().get("keys").get(1).get("spare").asBoolean(false));
  }

  @Test
  void theNextCommandsKnowTheKeysThatWereMade() {
    setup();
    String conf = directory.resolve("mta/conf/mail.conf").toString();
    CommandRun check = run("dkim", "check", "example.org", "-c", conf);
    assertEquals(Facteur.PROBLEM, check.code(), "it is not published yet");
    assertTrue(check.out().startsWith("nov2026._domainkey.example.org"), check.out());
    assertEquals("", check.err());
    CommandRun record = run("dkim", "record", "example.org", "-c", conf);
    assertEquals(Facteur.OK, record.code(), record.err());
    assertTrue(record.out().startsWith("nov2026._domainkey"), record.out());
    CommandRun again = run("dkim", "generate", "example.org", "-c", conf);
    assertEquals(Facteur.PROBLEM, again.code());
    assertTrue(again.err().contains("look after themselves"), again.err());
    assertFalse(again.err().contains("dkim generate"), again.err());
    CommandRun beside = run("dkim", "generate", "example.org", "--selector", "own", "-c", conf);
    assertEquals(Facteur.OK, beside.code(), beside.err());
    assertTrue(
        beside.out().contains("facteur dkim import -c " + conf + " example.org own"), beside.out());
    CommandRun imported = run("dkim", "import", "example.org", "own", "--dry-run", "-c", conf);
    assertEquals(Facteur.OK, imported.code(), imported.err());
  }

  @Test
  void printsAZoneWithEveryRecord() {
    setup();
    CommandRun zone = records();
    ZoneResolver dns =
        switch (ZoneResolver.parseMaster(withoutCaa(zone.out()), DomainName.ROOT)) {
          case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
          case Parsed.Malformed<ZoneResolver>(int offset, String expected) ->
              throw new AssertionError(expected + " at " + offset + " of\n" + zone.out());
        };
    for (String name :
        List.of(
            "example.org",
            "mail.example.org",
            "nov2026._domainkey.example.org",
            "nov2026-ed._domainkey.example.org",
            "nov2026b._domainkey.example.org",
            "_dmarc.example.org",
            "_adsp._domainkey.example.org",
            "_mta-sts.example.org",
            "_smtp._tls.example.org")) {
      assertFalse(dns.lookup(DomainName.of(name), RecordType.TXT).orEmpty().isEmpty(), name);
    }
    var org = DomainName.of("example.org");
    assertEquals(1, dns.lookup(org, RecordType.MX).orEmpty().size());
    assertEquals(
        1,
        dns.lookup(DomainName.of("_submissions._tcp.example.org"), RecordType.SRV)
            .orEmpty()
            .size());
    assertTrue(zone.out().contains("serial number"));
    assertTrue(zone.out().contains("CAA 0 issue \"letsencrypt.org\""));
    assertTrue(
        zone.out().lines().noneMatch(line -> line.startsWith("_25.")),
        "nobody can see whether the zone is signed");
  }

  private static String withoutCaa(String zone) {
    return String.join("\n", zone.lines().filter(l -> !l.contains(" CAA ")).toList()) + "\n";
  }

  @Test
  void theOtherFormsSayTheSame() {
    setup();
    long ready =
        records("--format", "json")
            .json()
            .get("records")
            .valueStream()
            .filter(r -> r.get("ready").asBoolean(false))
            .count();
    String updates = records("--format", "nsupdate").out();
    assertEquals(ready, updates.lines().filter(l -> l.startsWith("update add ")).count());
    assertTrue(updates.endsWith("send\n"), updates);
    String list = records("--format", "list").out();
    assertTrue(list.contains("value  v=spf1 mx -all"), list);
  }

  @Test
  void aRealNameServerLoadsTheZone() throws Exception {
    Path checker = Path.of("/usr/bin/named-checkzone");
    Assumptions.assumeTrue(Files.isExecutable(checker), "needs bind9-utils");
    setup();
    Path file = directory.resolve("zone");
    Files.writeString(
        file,
        "$TTL 3600\nexample.org. IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400"
            + " 300\nexample.org. IN NS ns.example.org.\nns.example.org. IN A 192.0.2.53\n"
            + records().out());
    Process process =
        new ProcessBuilder(checker.toString(), "example.org", file.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("OK"), said);
    assertFalse(said.toLowerCase(java.util.Locale.ROOT).contains("warning"), said);
  }

  @Test
  void refusesToOverwriteAndUndoesWhatItBegan() throws IOException {
    assertEquals(Facteur.OK, setup().code());
    String before = Files.readString(directory.resolve("mta/conf/mail.conf"));
    CommandRun again = setup();
    assertEquals(Facteur.PROBLEM, again.code());
    assertTrue(again.err().contains("nothing is overwritten"), again.err());
    assertEquals(before, Files.readString(directory.resolve("mta/conf/mail.conf")));
    assertTrue(Files.exists(directory.resolve("mta/data/keys/nov2026.example.org.rsa")));

    // The directory for the TLS key is taken, which shows only after the settings were begun.
    Files.createDirectories(directory.resolve("other/tls"));
    CommandRun failed =
        run("setup", "example.org", "--yes", "--dir", directory.resolve("other").toString());
    assertEquals(Facteur.PROBLEM, failed.code());
    assertFalse(Files.exists(directory.resolve("other/conf")), "undone");
    assertTrue(Files.exists(directory.resolve("other/tls")), "not ours");
  }

  @Test
  void asksLittleAndTakesTheAnswers() throws IOException {
    CommandRun made =
        CommandRun.of(
            directory.resolve("none"),
            Map.of(),
            "mx.example.org\nalice\n",
            "setup",
            "example.org",
            "--dir",
            directory.resolve("mta").toString());
    assertEquals(Facteur.OK, made.code(), made.err());
    String settings = Files.readString(directory.resolve("mta/conf/mail.conf"));
    assertTrue(settings.contains("hostname = mx.example.org"), settings);
    assertTrue(settings.contains("postmaster = \"alice@example.org\""), settings);
  }
}
