package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWiring;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
  @TempDir static Path directory = Path.of("");
  private static Path settings = Path.of("");
  private static String zone = "";

  @BeforeAll
  static void setUp() throws IOException {
    CommandRun made =
        run(
            "setup",
            "example.org",
            "--yes",
            "--dir",
            directory.toString(),
            "--address",
            "192.0.2.25");
    assertEquals(Facteur.OK, made.code(), made.err());
    settings = directory.resolve("conf/mail.conf");
    // The key became active, as it does once its record is visible.
    KeyJournal journal = KeyWiring.journal(directory.resolve("data/keys"));
    var key = new KeyName(DomainName.of("example.org"), "nov2026");
    for (KeyEvent.Transition transition :
        List.of(
            new KeyEvent.Transition.Publishing(),
            new KeyEvent.Transition.Seen(CommandRun.NOW),
            new KeyEvent.Transition.Visible(),
            new KeyEvent.Transition.Active(java.util.Optional.empty()),
            new KeyEvent.Transition.Proven())) {
      journal.append(new KeyEvent(CommandRun.NOW, key, transition, "a test", "test"));
    }
    zone =
        run("dns", "records", "-c", settings.toString(), "--address", "192.0.2.25").out()
            + "25.2.0.192.in-addr.arpa. IN PTR mail.example.org.\n"
            + "example.org. IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 300\n";
    zone = String.join("\n", zone.lines().filter(l -> !l.contains(" CAA ")).toList()) + "\n";
  }

  private static CommandRun run(String... arguments) {
    return CommandRun.of(directory.resolve("none"), Map.of(), "", arguments);
  }

  private static CommandRun doctor(String published, String... more) throws IOException {
    Path file = directory.resolve("zone");
    Files.writeString(file, published);
    var arguments =
        new ArrayList<>(List.of("doctor", "-c", settings.toString(), "--zone", file.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static List<String> errors(JsonNode json) {
    return json.get("findings")
        .valueStream()
        .filter(f -> f.get("level").asString("").equals("error"))
        .map(f -> f.get("check").asString(""))
        .toList();
  }

  private static String without(String pattern) {
    return String.join("\n", zone.lines().filter(l -> !l.matches(pattern)).toList()) + "\n";
  }

  @Test
  void severalRecordsOfOneKindAreNotCalledNone() throws IOException {
    CommandRun run =
        doctor(
            zone
                + "example.org. IN TXT \"v=spf1 a -all\"\n"
                + "_dmarc.example.org. IN TXT \"v=DMARC1; p=none\"\n");
    assertTrue(run.out().contains("spf: example.org: several records count as none"), run.out());
    assertTrue(run.out().contains("dmarc: example.org: several records count as none"), run.out());
  }

  @Test
  void theSpfRecordIsSpokenOfWhereTheHostHasNoAddress() throws IOException {
    String noAddress = without("mail\\.example\\.org\\. 3600 IN A .*");
    CommandRun there = doctor(noAddress);
    assertTrue(
        there.out().contains("spf: example.org: whether it lets this server send cannot be tried"),
        there.out());
    assertTrue(there.out().contains("v=spf1 mx -all"), there.out());
    Path file = directory.resolve("bare");
    Files.writeString(
        file,
        String.join("\n", noAddress.lines().filter(l -> !l.contains("v=spf1")).toList()) + "\n");
    CommandRun missing = run("doctor", "-c", settings.toString(), "--zone", file.toString());
    assertTrue(
        missing.out().contains("spf: example.org: no record: others cannot tell"), missing.out());
    assertTrue(missing.out().contains("example.org. IN TXT \"v=spf1 mx -all\""), missing.out());
  }

  @Test
  void isGreenWithTheZoneThatSetupPrinted() throws IOException {
    CommandRun run = doctor(zone, "--json");
    assertEquals(List.of(), errors(run.json()), run.out());
    assertEquals(Facteur.OK, run.code());
    for (String check : List.of("name", "reverse", "mx", "spf", "dkim", "dmarc", "tlsrpt")) {
      assertTrue(
          run.json()
              .get("findings")
              .valueStream()
              .anyMatch(
                  f ->
                      f.get("check").asString("").equals(check)
                          && f.get("level").asString("").equals("ok")),
          check + " in " + run.out());
    }
  }

  @Test
  void namesEachFaultWithTheLineToPaste() throws IOException {
    String broken =
        String.join(
                    "\n",
                    zone.lines()
                        .filter(
                            l ->
                                !l.contains(" MX ")
                                    && !l.contains("PTR")
                                    && !l.contains("v=DMARC1"))
                        .toList())
                .replace("v=spf1 mx -all", "v=spf1 -all")
            + "\n";
    CommandRun run = doctor(broken, "--json");
    assertEquals(Facteur.PROBLEM, run.code());
    assertEquals(
        List.of("reverse", "mx", "spf", "dmarc"), errors(run.json()).stream().distinct().toList());
    assertTrue(run.out().contains("example.org. IN MX 10 mail.example.org."), run.out());
    assertTrue(run.out().contains("25.2.0.192.in-addr.arpa. IN PTR mail.example.org."), run.out());
  }

  /// The policy and everything else of the record stays.
  @Test
  void reportsThatNobodyReadsAreToldWithTheRecord() throws IOException {
    String lost =
        zone.replaceAll("v=DMARC1; [^\"]*", "v=DMARC1; p=reject; rua=mailto:old@example.org")
            .replaceAll(
                "v=TLSRPTv1; [^\"]*",
                "v=TLSRPTv1; rua=mailto:old@example.org,mailto:x@example.net");
    CommandRun run = doctor(lost);
    assertTrue(run.out().contains("reports to old@example.org, and nobody has"), run.out());
    assertTrue(
        run.out()
            .contains(
                "_dmarc.example.org. IN TXT \"v=DMARC1; p=reject;"
                    + " rua=mailto:dmarc-reports@example.org\""),
        run.out());
    assertTrue(
        run.out()
            .contains(
                "_smtp._tls.example.org. IN TXT \"v=TLSRPTv1;"
                    + " rua=mailto:tls-reports@example.org,mailto:x@example.net;\""),
        run.out());
    assertFalse(doctor(zone).out().contains("nobody has this address"));
  }

  @Test
  void aChangedKeyRecordIsAnError() throws IOException {
    String changed = zone.replaceFirst("k=ed25519; p=[A-Za-z0-9+/]{4}", "k=ed25519; p=AAAA");
    CommandRun run = doctor(changed);
    assertEquals(Facteur.PROBLEM, run.code());
    assertTrue(run.out().contains("every signature fails"), run.out());
    assertTrue(run.out().contains("nov2026-ed._domainkey.example.org. IN TXT"), run.out());
  }

  @Test
  void aKeyThatWaitsForItsRecordsIsNotTakenForNone() throws IOException {
    Path fresh = directory.resolve("fresh");
    CommandRun made = run("setup", "example.org", "--yes", "--dir", fresh.toString());
    assertEquals(Facteur.OK, made.code(), made.err());
    CommandRun run = run("doctor", "-c", fresh.resolve("conf/mail.conf").toString(), "--offline");
    assertTrue(run.out().contains("not signed yet"), run.out());
    assertTrue(run.out().contains("nov2026._domainkey.example.org. IN TXT"), run.out());
    assertFalse(run.out().contains("dkim rotate"), run.out());
  }

  @Test
  void theMtaStsRecordToPasteIsTheOneThatSetupPrints() throws IOException {
    String line = zone.lines().filter(l -> l.startsWith("_mta-sts.")).findFirst().orElseThrow();
    CommandRun run = doctor(zone.replace(line, ""));
    String data = line.substring(line.indexOf('"'));
    assertTrue(run.out().contains("_mta-sts.example.org. IN TXT " + data), run.out());
  }

  @Test
  void speaksFrench() throws IOException {
    CommandRun run = doctor(zone.replace("MX 10", "MX 20"), "--language", "fr");
    assertTrue(run.out().contains("le courrier arrive ici"), run.out());
    assertFalse(run.out().contains("mail comes here"), run.out());
    assertTrue(Instant.EPOCH.isBefore(CommandRun.NOW));
  }
}
