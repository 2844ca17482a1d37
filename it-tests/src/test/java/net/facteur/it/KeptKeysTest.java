package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.tlsa.CertificateKeys;
import net.facteur.server.keys.tlsa.RollJournal;
import net.facteur.server.settings.Reference;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.CertificateChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A running server looks after its keys and its certificate by itself.
class KeptKeysTest {
  private static final DomainName ORG = DomainName.of("example.org");

  private static final String RECORDS =
      """
      @ MX 10 mail
      @ TXT "v=spf1 mx -all"
      mail A 127.0.0.2
      mta-sts A 127.0.0.2
      """;

  @TempDir private Path directory;

  private RunningServer start(String more) throws IOException {
    return RunningServer.start(
        directory,
        base -> base.replace("{ dkim.selector = s2026 }", "{}"),
        more,
        CryptoProviders.detect());
  }

  /// What a command does while the server runs.
  private static KeyCommands commands(RunningServer server) throws IOException {
    var loader = Reference.loader(Map.of(), Optional.empty());
    Settings settings =
        loader.load(server.site().configuration()) instanceof LoadedSettings.Good(Settings read)
            ? read
            : missing();
    Resolver resolver =
        ZoneResolver.of(
            Map.of(
                "example.org", Map.of("NS", List.of("ns.example.org")),
                "ns.example.org", Map.of("A", List.of("127.0.0.1"))));
    var keeping =
        new KeyWiring(
            KeySettings.from(settings),
            server.site().data().resolve("keys"),
            resolver,
            DkimCrypto.standard(),
            new SecureRandom(),
            InstantSource.system());
    var journal = KeyWiring.journal(keeping.directory());
    return new KeyCommands(
        keeping.parts(journal, _ -> {}, (_, _) -> Optional.empty(), _ -> true),
        keeping.settings(),
        "alice");
  }

  private static Settings missing() {
    throw new AssertionError("the settings are wrong");
  }

  private static KeyRing ring(RunningServer server) throws IOException {
    return KeyWiring.journal(server.site().data().resolve("keys")).read();
  }

  private static String rotate(RunningServer server, String before) throws Exception {
    KeyCommands commands = commands(server);
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(ORG)));
    String active =
        Await.present(
            () -> "no other key is active: " + ring(server).entries(),
            () ->
                Optional.ofNullable(ring(server).active().get(ORG))
                    .filter(selector -> !selector.equals(before)));
    // The journal is written first, and then the signer is told.
    Await.until(() -> "signs: " + signs(server), () -> signs(server).contains(active));
    return active;
  }

  private static String signs(RunningServer server) throws IOException {
    var said = new StringBuilder();
    var _ =
        new ControlClient(server.site().data().resolve("control.socket"))
            .send(new ControlRequest.Status(), status -> said.append(status.path("selectors")));
    return said.toString();
  }

  @Test
  @RequiresProgram({Program.BIND, Program.PYTHON, Program.PYTHON_DKIM, Program.OPENDKIM})
  void mailThatWaitedInTheQueueAcrossARotationStillVerifies() throws Exception {
    try (var zones = KeyZones.start(RECORDS);
        var server = start(zones.settings(directory))) {
      String first = rotate(server, "");
      try (var mx = new RecordingMx(server.world().theirMx(), true)) {
        try (var link = server.alice()) {
          Mail mail = Mail.of(Site.ALICE, "carol@example.net", "waits", "Signed by the first key");
          assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
        }
        String second = rotate(server, first);
        mx.recover();
        Mail waited = Await.present(() -> "it waits", () -> mx.taken().stream().findFirst());
        assertTrue(waited.text().contains("s=" + first + ";"), waited::text);
        Path message = waited.write(directory.resolve("waited.eml"));
        Path records = records(zones, List.of(first, second));
        assertEquals(
            "rsa-sha256 True\ned25519-sha256 True\n",
            Command.run(
                    Program.PYTHON.path(),
                    ClientsTest.resource("verify.py").toString(),
                    message.toString(),
                    records.toString())
                .succeeded());
        Path settings = directory.resolve("opendkim.conf");
        Path blanks = directory.resolve("opendkim-records");
        Files.writeString(blanks, Files.readString(records).replace("\t", " "));
        Files.writeString(
            settings,
            "Mode v\nSyslog no\nTestDNSData file:" + blanks + "\nOn-BadSignature accept\n");
        Command verified =
            Command.run(
                Program.OPENDKIM.path(),
                "-x",
                settings.toString(),
                "-t",
                message.toString(),
                "-v",
                "-v");
        assertTrue(verified.output().contains("succeeded"), verified::toString);

        try (var link = server.alice()) {
          Mail mail = Mail.of(Site.ALICE, "carol@example.net", "later", "Signed by the second");
          assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
        }
        Mail later =
            Await.present(
                () -> "the second message", () -> mx.taken().stream().skip(1).findFirst());
        assertTrue(later.text().contains("s=" + second + ";"), later::text);
      }
    }
  }

  /// What the name server holds: name, tab, text.
  private Path records(KeyZones zones, List<String> selectors) throws IOException {
    var lines = new ArrayList<String>();
    for (String selector : selectors) {
      for (String name : List.of(selector, selector + "-ed")) {
        String owner = name + "._domainkey.example.org";
        for (String said : zones.ask(owner, "TXT")) {
          lines.add(owner + "\t" + said.replace("\" \"", "").replace("\"", ""));
        }
      }
    }
    assertEquals(2 * selectors.size(), lines.size(), lines::toString);
    return Files.write(directory.resolve("records"), lines);
  }

  /// The selectors of the signatures and seals of a message.
  private static List<String> selectors(Mail mail) {
    return Stream.of("DKIM-Signature", "ARC-Seal", "ARC-Message-Signature")
        .flatMap(name -> mail.fields(name).stream())
        .map(value -> value.replaceAll("(?s).*\\bs=([^;]+)(;.*|$)", "$1").strip())
        .toList();
  }

  private static void take(SmtpLink link, String from, String to, String subject)
      throws IOException {
    String reply = link.send(from, to, Mail.of(from, to, subject, "Hello"));
    assertTrue(reply.startsWith("250"), reply);
  }

  @Test
  @RequiresProgram(Program.BIND)
  void everythingThatSignsFollowsARotation() throws Exception {
    try (var zones = KeyZones.start(RECORDS);
        var server =
            start(
                zones.settings(directory)
                    + "forwards { \"bob@example.org\" = [\"dan@example.net\"] }\n"
                    + "arc.seal-forwards = on\n");
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      String before = "";
      // One session lives through everything, with what stood behind it when it began.
      try (var alice = server.alice()) {
        for (String round : List.of("first", "second", "third")) {
          if (round.equals("third")) {
            assertEquals(
                List.of(),
                assertInstanceOf(ServerControl.Reloaded.InForce.class, server.server().reload())
                    .restart());
          }
          String selector = rotate(server, before);
          before = selector;
          Await.until(
              () -> "the signer does not follow",
              () -> {
                take(alice, Site.ALICE, "carol@example.net", "own " + round);
                return mx.taken().stream()
                    .filter(m -> m.text().contains("Subject: own " + round + "\r\n"))
                    .anyMatch(m -> selectors(m).equals(List.of(selector, selector + "-ed")));
              });
          try (var theirs = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
            take(theirs, "carol@example.net", Site.BOB, "forwarded " + round);
          }
          Mail forwarded =
              Await.present(
                  () -> "nothing was forwarded",
                  () ->
                      mx.taken().stream()
                          .filter(m -> m.text().contains("Subject: forwarded " + round))
                          .findFirst());
          assertEquals(List.of(selector, selector), selectors(forwarded), forwarded::text);
          take(alice, Site.ALICE, "dan@nowhere.example.net", "undelivered " + round);
          Mail report =
              server.site().mailbox(Site.ALICE).awaitWith("Subject: undelivered " + round);
          assertTrue(
              selectors(report).stream().allMatch(s -> s.startsWith(selector)), report::text);
        }
      }
    }
  }

  /// The server shows a certificate that the authority has issued.
  private static boolean serves(RunningServer server, Pebble pebble) throws Exception {
    try (var link = SmtpLink.open(server.submission())) {
      return CertificateNames.bearsAny(
          link.certificate(pebble.trust()), List.of(DomainName.of("mta-sts.example.org")));
    } catch (SSLException e) {
      return false;
    }
  }

  @Test
  @RequiresProgram(Program.PEBBLE)
  void aCertificateIsRenewedByHttp() throws Exception {
    int web = World.freePort(World.OURS);
    try (var helper = new World(Files.createDirectories(directory.resolve("authority")))) {
      helper
          .names()
          .add(
              net.facteur.server.demo.ZoneRecord.of(
                  "mta-sts.example.org", net.facteur.auth.dns.RecordType.A, World.OURS));
      try (var pebble = Pebble.start(helper, helper.names().address(), web);
          var server =
              start(pebble.settings("http-01") + "listen.acme = [\"127.0.0.2:" + web + "\"]\n")) {
        Await.until(pebble::log, () -> serves(server, pebble));
        Path account = server.site().data().resolve("acme/account.pem");
        assertEquals(
            "rw-------",
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(account)));
        try (var left = Files.list(server.site().data().resolve("acme/challenges"))) {
          assertEquals(List.of(), left.toList(), "no answer is left behind");
        }
      }
    }
  }

  @Test
  @RequiresProgram({Program.PEBBLE, Program.BIND})
  void aCertificateIsRenewedByDnsAndServesOnlyOnceItsRecordIsVisible() throws Exception {
    // One is another client's; one is ours, which a crash left behind.
    String others =
        """
        _acme-challenge.mail TXT "of another client"
        _acme-challenge.mail TXT "left behind"
        _acme-challenge.mta-sts TXT "of another client" "in two parts"
        """;
    Path answers = directory.resolve("site/data/acme/dns-answers");
    Files.createDirectories(answers.getParent());
    Files.writeString(answers, "_acme-challenge.mail.example.org left behind\n");
    try (var helper = new World(Files.createDirectories(directory.resolve("authority")));
        var zones = KeyZones.start(RECORDS + others);
        var pebble = Pebble.start(helper, zones.address(), 1);
        var server =
            start(
                zones.settings(directory)
                    + pebble.settings("dns-01")
                    + "tls.publish-tlsa = true\n")) {
      String first =
          TlsaRecords.ofKey(
                  CertificateChain.read(server.site().directory().resolve("server.pem")).getFirst())
              .toString();
      Await.until(
          () -> "the record of the first key is missing: " + tlsa(zones),
          () -> tlsa(zones).contains(first));
      Await.until(() -> pebble.log() + journal(server), () -> serves(server, pebble));
      CertificateKeys keys = RollJournal.in(server.site().data().resolve("tls")).read();
      String second = keys.active().orElseThrow().key().toString();
      assertNotEquals(first, second);
      assertTrue(tlsa(zones).contains(second), tlsa(zones)::toString);
      String journal = journal(server);
      assertTrue(
          journal.indexOf("\"state\":\"seen\"") < journal.lastIndexOf("\"state\":\"active\""),
          journal);
      // Ours go when they have been seen, one after the other.
      Await.until(
          () -> zones.ask("_acme-challenge.mail.example.org", "TXT").toString(),
          () ->
              zones
                  .ask("_acme-challenge.mail.example.org", "TXT")
                  .equals(List.of("\"of another client\"")));
      Await.until(
          () -> zones.ask("_acme-challenge.mta-sts.example.org", "TXT").toString(),
          () ->
              zones
                  .ask("_acme-challenge.mta-sts.example.org", "TXT")
                  .equals(List.of("\"of another client\" \"in two parts\"")));
      assertEquals("", Files.readString(answers));
    }
  }

  private static String journal(RunningServer server) throws IOException {
    return Files.readString(server.site().data().resolve("tls/journal"));
  }

  private static List<String> tlsa(KeyZones zones) throws IOException {
    return zones.ask("_25._tcp.mail.example.org", "TLSA").stream()
        .map(line -> line.toLowerCase(java.util.Locale.ROOT).replaceAll("([0-9a-f]{56}) ", "$1"))
        .toList();
  }
}
