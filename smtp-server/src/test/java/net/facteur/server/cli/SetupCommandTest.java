package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.setup.Machine;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /// @param stands what the zone has already
  private String recordsBeside(String... stands) throws IOException {
    Path zone = directory.resolve("stands");
    Files.writeString(zone, String.join("\n", stands) + "\n");
    CommandRun run = records("--zone", zone.toString());
    assertEquals(Facteur.OK, run.code(), run.err());
    return run.out();
  }

  @Test
  void whatStandsThereIsKeptOrReplacedAndNeverDoubled() throws IOException {
    setup();
    String merged =
        recordsBeside(
            "example.org. IN TXT \"V=SPF1 include:_spf.example.net ~all\"",
            "_dmarc.example.org. IN TXT \"v=DMARC1; p=reject\"",
            "_mta-sts.example.org. IN TXT \"v=STSv1; id=old;\"",
            "_smtp._tls.example.org. IN TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"");
    for (String line :
        List.of(
            "; in place of: example.org. 3600 IN TXT \"V=SPF1 include:_spf.example.net ~all\"",
            "example.org. 3600 IN TXT \"V=SPF1 mx include:_spf.example.net ~all\"",
            "_dmarc.example.org. 3600 IN TXT \"v=DMARC1; p=reject\"",
            "; in place of: _mta-sts.example.org. 3600 IN TXT \"v=STSv1; id=old;\"",
            "_smtp._tls.example.org. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"")) {
      assertTrue(merged.lines().anyMatch(line::equals), () -> line + "\n" + merged);
    }
    assertEquals(1, merged.lines().filter(l -> l.startsWith("_dmarc.")).count());
    assertEquals(1, merged.lines().filter(l -> l.startsWith("_smtp._tls.")).count());
    // what receivers do not take for a DMARC record is none
    assertTrue(
        recordsBeside("_dmarc.example.org. IN TXT \"v=dmarc1; p=none\"").contains("p=quarantine"));
    String several =
        recordsBeside(
            "example.org. IN TXT \"v=spf1 mx -all\"",
            "example.org. IN TXT \"v=spf1 a -all\"",
            "_dmarc.example.org. IN TXT \"v=DMARC1; p=none\"",
            "_dmarc.example.org. IN TXT \"v=DMARC1; p=reject\"");
    assertTrue(
        several.contains(
            "; There are several records of one kind at _dmarc.example.org, example.org, and they"),
        several);
  }

  @Test
  void whatStrangersPutIntoTheDnsIsShownAsAZoneFileHasIt() throws IOException {
    setup();
    String[] stands = {
      "example.org. IN TXT \"v=spf1 a:\\027[31m.example \\155\\200 -all\"",
      "_dmarc.example.org. IN TXT \"v=DMARC1; p=none; rua=mailto:x\\027[2J@example.net\""
    };
    String zone = recordsBeside(stands);
    assertTrue(zone.contains("TXT \"v=spf1 mx a:\\027[31m.example \\155\\200 -all\""), zone);
    assertTrue(zone.contains("; in place of: example.org. 3600 IN TXT \"v=spf1 a:\\027"), zone);
    for (String format : List.of("bind", "list", "json", "nsupdate")) {
      String shown =
          records("--format", format, "--zone", directory.resolve("stands").toString()).out();
      assertTrue(shown.lines().allMatch(line -> line.matches("\\P{Cc}*")), shown);
    }
    CommandRun doctor =
        run(
            "doctor",
            "-c",
            directory.resolve("mta/conf/mail.conf").toString(),
            "--zone",
            directory.resolve("stands").toString());
    assertTrue(doctor.out().contains("v=spf1 a:?[31m.example"), doctor.out());
    assertTrue(doctor.out().lines().allMatch(line -> line.matches("\\P{Cc}*")), doctor.out());
  }

  @Test
  void aZoneThatIsNotUnderstoodIsToldWithItsLine() throws IOException {
    Path zone =
        Files.writeString(
            directory.resolve("zone"), "a.example. IN TXT \"x\"\nb..c IN TXT \"x\"\n");
    CommandRun run = run("spf", "explain", "a.example", "--zone", zone.toString());
    assertEquals(Facteur.PROBLEM, run.code());
    assertTrue(run.err().contains("expected a master file: in line 2: "), run.err());
  }

  @Test
  void withoutADomainThereIsNothingToPublish() throws IOException {
    Path bare = directory.resolve("bare.conf");
    Files.writeString(bare, "hostname = mail.example.org\n");
    for (String command : List.of("dns records", "mta-sts records", "tlsrpt records")) {
      String[] words = (command + " -c " + bare).split(" ", -1);
      CommandRun run = run(words);
      assertEquals(Facteur.PROBLEM, run.code(), command);
      assertTrue(run.err().contains("names no domain of ours"), run.err());
    }
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
    assertEquals(Facteur.OK, again.code(), again.err());
    assertTrue(again.out().contains("nothing was changed"), again.out());
    assertTrue(again.out().contains("nov2026._domainkey.example.org"), again.out());
    assertFalse(again.err().contains("password"), again.err());
    assertEquals(before, Files.readString(directory.resolve("mta/conf/mail.conf")));
    assertTrue(Files.exists(directory.resolve("mta/data/keys/nov2026.example.org.rsa")));
    CommandRun another =
        run("setup", "example.net", "--yes", "--dir", directory.resolve("mta").toString());
    assertEquals(Facteur.PROBLEM, another.code());
    assertTrue(another.err().contains("nothing is overwritten"), another.err());

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

  /// A machine with other programs on it.
  private record Beside(
      Map<Integer, Listener> listeners, boolean systemd, boolean hasIpv6, List<String> said)
      implements Machine {
    Beside(Map<Integer, Listener> listeners, boolean systemd, List<String> said) {
      this(listeners, systemd, true, said);
    }

    @Override
    public boolean hasDovecot() {
      return false;
    }

    Beside(Map<Integer, Listener> listeners) {
      this(listeners, false, new ArrayList<>());
    }

    @Override
    public List<InetAddress> addresses() {
      return List.of();
    }

    @Override
    public Optional<Listener> listener(int port) {
      return Optional.ofNullable(listeners.get(port));
    }

    @Override
    public boolean servesBySystemd() {
      return systemd;
    }

    @Override
    public Optional<String> systemctl(List<String> words) {
      said.add(String.join(" ", words));
      return words.equals(List.of("enable", "--now", "facteur"))
          ? Optional.of("Job for facteur.service failed")
          : Optional.empty();
    }
  }

  private static final Machine.Listener POSTFIX =
      new Machine.Listener("postfix", Optional.of("postfix"));

  private CommandRun on(Machine machine, String input, String... more) {
    var arguments = new ArrayList<>(List.of("setup", "--dir", directory.resolve("mta").toString()));
    arguments.addAll(List.of(more));
    return CommandRun.on(
        machine, Map.of("LANG", "fr_FR.UTF-8"), input, arguments.toArray(String[]::new));
  }

  private String settings() throws IOException {
    return Files.readString(directory.resolve("mta/conf/mail.conf"));
  }

  @Test
  void asksAtMostFiveQuestionsInTheLanguageOfTheTerminal() throws IOException {
    CommandRun made = on(new Beside(Map.of(25, POSTFIX)), "example.org\n\nalice\nhand\nkeep\n");
    assertEquals(Facteur.OK, made.code(), made.err());
    assertEquals(5, made.err().split("]: ", -1).length - 1, made.err());
    assertTrue(made.err().startsWith("Le domaine de vos adresses [example.org]: "), made.err());
    assertTrue(made.err().contains("postfix reçoit déjà le courrier au port 25"), made.err());
    assertTrue(made.out().startsWith("; ok"), "questions are not part of the zone");
    assertTrue(made.out().contains("; -- Où va le courrier de example.org"), made.out());
    assertTrue(made.err().contains("mot de passe : "), made.err());
    assertFalse(made.out().contains("mot de passe"), "the zone is piped somewhere");
    assertTrue(settings().contains("listen.reception = [\"0.0.0.0:2525\""), settings());
    assertFalse(settings().contains("listen.submission "), "587 is free");
    assertEquals(
        Facteur.OK, run("check", "-c", directory.resolve("mta/conf/mail.conf").toString()).code());
  }

  @Test
  void listensNowhereThatAMachineWithoutIpv6HasNot() throws IOException {
    var machine = new Beside(Map.of(25, POSTFIX), false, false, new ArrayList<>());
    CommandRun made = on(machine, "", "example.org", "--yes", "--acme", "--accept-terms");
    assertEquals(Facteur.OK, made.code(), made.err());
    for (String line :
        List.of(
            "# This machine has no IPv6. Once it has, take these lines out.",
            "listen.reception = [\"0.0.0.0:2525\"]",
            "listen.submission = [\"0.0.0.0:587\"]",
            "listen.submissions = [\"0.0.0.0:465\"]",
            "listen.acme = [\"0.0.0.0:80\"]")) {
      assertTrue(settings().contains(line + "\n"), line + "\n" + settings());
    }
    assertEquals(
        Facteur.OK, run("check", "-c", directory.resolve("mta/conf/mail.conf").toString()).code());
  }

  @Test
  void takesThePortOfAnotherServerOnlyWhenTold() throws IOException {
    var machine = new Beside(Map.of(25, POSTFIX), true, new ArrayList<>());
    CommandRun kept = on(machine, "", "example.org", "--yes", "--start");
    assertEquals(List.of("enable --now facteur"), machine.said(), "the other one stays");
    assertEquals(Facteur.PROBLEM, kept.code());
    assertTrue(kept.err().contains("Job for facteur.service failed"), kept.err());
  }

  @Test
  void whatMadeWayComesBackWhereTheStartFails() throws IOException {
    var machine = new Beside(Map.of(25, POSTFIX), true, new ArrayList<>());
    CommandRun failed = on(machine, "", "example.org", "--yes", "--start", "--other", "stop");
    assertEquals(Facteur.PROBLEM, failed.code());
    assertEquals(
        List.of(
            "disable --now postfix",
            "enable --now facteur",
            "disable --now facteur",
            "enable --now postfix"),
        machine.said());
    assertFalse(settings().contains("listen.reception"), settings());
  }

  @Test
  void understandsASmarthostUpdatesAndAnAuthority() throws IOException {
    Path key = directory.resolve("tsig.key");
    Files.writeString(
        key,
        "key \"k\" { algorithm hmac-sha256; secret \"bXkgc2VjcmV0IG9mIHRoaXJ0eSB0d28gb2N0ZXRz\";"
            + " };\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    CommandRun made =
        on(
            new Beside(Map.of(80, new Machine.Listener("nginx", Optional.empty()))),
            "",
            "example.org",
            "--yes",
            "--smarthost",
            "relay.example.net:465",
            "--zone-by",
            "update",
            "--update-key",
            key.toString(),
            "--update-server",
            "192.0.2.53:53",
            "--acme",
            "--accept-terms");
    assertEquals(Facteur.OK, made.code(), made.err());
    String settings = settings();
    for (String line :
        List.of(
            "host = \"relay.example.net\"",
            "port = 465",
            "publish = update",
            "update-server = \"192.0.2.53:53\"",
            "accept-terms = true")) {
      assertTrue(settings.contains(line), line + "\n" + settings);
    }
    assertFalse(settings.contains("listen.acme"), "a web server has port 80");
    assertTrue(made.out().contains("nginx"), made.out());
    CommandRun check = run("check", "-c", directory.resolve("mta/conf/mail.conf").toString());
    assertEquals(Facteur.OK, check.code(), check.out() + check.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--hostname mail                     | 2 | `mail`",
        "--user bob@example.net              | 2 | bob@example.net",
        "--zone-by fax                       | 2 | fax",
        "--zone-by update                    | 2 | --update-key",
        "--zone-by command                   | 2 | --zone-command",
        "--acme                              | 2 | --accept-terms",
        "--owner nobody-of-that-name         | 1 | useradd",
        "--start                             | 1 | --start",
        "--smarthost nonsense                | 2 | nonsense",
      })
  void whatCannotBeIsToldAndNothingIsLeftBehind(String more, int code, String named) {
    var arguments = new ArrayList<>(List.of("example.org", "--yes"));
    arguments.addAll(List.of(more.split(" ")));
    CommandRun refused = on(new Beside(Map.of()), "", arguments.toArray(String[]::new));
    assertEquals(code, refused.code(), refused.err());
    assertTrue(refused.err().contains(named), refused.err());
    assertFalse(Files.exists(directory.resolve("mta")), "nothing is left behind");
  }

  @Test
  void aDirectoryThatIsAFileIsToldAndADomainInItsOwnLettersIsTaken() throws IOException {
    Files.writeString(directory.resolve("mta"), "");
    CommandRun refused = on(new Beside(Map.of()), "", "example.org", "--yes");
    assertEquals(Facteur.PROBLEM, refused.code());
    assertTrue(refused.err().contains("est un fichier"), refused.err());
    Files.delete(directory.resolve("mta"));
    CommandRun made = on(new Beside(Map.of()), "", "bücher.example", "--yes");
    assertEquals(Facteur.OK, made.code(), made.err());
    assertTrue(settings().contains("xn--bcher-kva.example"), settings());
    assertTrue(made.out().contains("NAT"), "no public address is known");
  }

  @Test
  void fillsInTheSettingsOfThePackageAndKeepsTheirOwner() throws IOException {
    Path conf = Files.createDirectories(directory.resolve("etc")).resolve("mail.conf");
    Path data = Files.createDirectories(directory.resolve("var"));
    Files.writeString(conf, "# Type: facteur setup\n\n");
    Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r-----"));
    var places =
        Map.of(
            "FACTEUR_CONF", conf.toString(),
            "FACTEUR_PACKAGE_CONF", conf.toString(),
            "FACTEUR_DATA", data.toString());
    CommandRun made =
        CommandRun.on(new Beside(Map.of()), places, "", "setup", "example.org", "--yes");
    assertEquals(Facteur.OK, made.code(), made.err());
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(conf)));
    assertTrue(Files.exists(data.resolve("keys/nov2026.example.org.rsa")));
    assertTrue(
        made.out()
            .contains(
                ";   facteur check\n;   systemctl enable --now facteur\n;   facteur doctor\n"),
        made.out());
    assertEquals(Facteur.OK, run("check", "-c", conf.toString()).code());

    Path other = Files.createDirectories(directory.resolve("half")).resolve("mail.conf");
    Files.writeString(other, "# Type: facteur setup\n");
    CommandRun half =
        CommandRun.on(
            new Beside(Map.of()),
            Map.of("FACTEUR_CONF", other.toString(), "FACTEUR_DATA", data.toString()),
            "",
            "setup",
            "example.org",
            "--yes");
    assertEquals(Facteur.PROBLEM, half.code());
    assertTrue(half.err().contains("exists already, from another attempt"), half.err());
    assertEquals("# Type: facteur setup\n", Files.readString(other));
  }
}
