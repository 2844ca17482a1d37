package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What docs/commands.md says of exit codes: 2 where the command line cannot be understood,
/// whatever the settings, the disk and the DNS hold; 1 where it can, and something is not as it
/// should be.
class ExitCodesTest {
  @TempDir Path directory = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(directory.resolve("conf"));
    file = directory.resolve("conf/mail.conf");
    Files.writeString(file, "hostname = mail.example.org\ndomains { \"example.org\" {} }\n");
  }

  /// An empty word is written `''`.
  private CommandRun run(String line) {
    var words =
        new ArrayList<>(
            List.of(line.replace("DIR", directory.toString()).split(" ", -1)).stream()
                .map(word -> word.equals("''") ? "" : word)
                .toList());
    if (!line.startsWith("setup") && !line.startsWith("tlsrpt show")) {
      words.addAll(List.of("-c", file.toString()));
    }
    return CommandRun.of(file, Map.of(), "", words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check --no-such-option",
        "check more",
        "explain signing.qeue",
        "explain no.such.setting",
        "doctor --language de",
        "doctor --language klingon",
        "doctor --origin example.org",
        "user add alice",
        "user add ''",
        "user add a@b@example.org,x",
        "user passwd nobody",
        "user remove @example.org",
        "user lock alice",
        "user scram alice@example.org maybe",
        "user scram alice on",
        "user send-as alice@example.org everybody",
        "user send-as alice@example.org *@",
        "user add alice@example.org --send-as nobody --generate",
        "sessions end",
        "dkim generate example",
        "dkim generate -x-",
        "dkim generate example.org --selector a_b",
        "dkim generate example.org --selector ''",
        "dkim generate example.org --bits 512",
        "dkim generate example.org --bits 4097",
        "dkim generate example.org --bits many",
        "dkim generate example.org --algorithm dsa",
        "dkim generate example.org --hash sha1",
        "dkim generate example.org --hash md5",
        "dkim generate example.org --service fax",
        "dkim generate example.org --granularity alice",
        "dkim record example.org --format html",
        "dkim record example.org --public-key DIR/key.pem",
        "dkim check example",
        "dkim check example.org --selector a_b",
        "dkim check example.org --origin example.org",
        "dkim list example",
        "dkim rotate example",
        "dkim activate example.org a_b",
        "dkim activate example.org",
        "dkim import example.org a..b DIR/key.pem",
        "dns records example",
        "dns records --format xml",
        "dns records --address 192.0.2",
        "dns records --ca not_a_name",
        "setup example --dir DIR/new --yes",
        "setup example.org --dir DIR/new --yes --hostname mail",
        "setup example.org --dir DIR/new --yes --user al@example.net",
        "setup example.org --dir DIR/new --yes --address 192.0.2.256",
        "setup example.org --dir DIR/new --yes --ca a\"b",
        "verify",
        "verify DIR/mail.eml --batch DIR/cases",
        "verify DIR/conf/mail.conf --ip here",
        "sign DIR/conf/mail.conf",
        "sign DIR/conf/mail.conf --domain example",
        "sign DIR/conf/mail.conf --domain example.org --key DIR/key.pem",
        "sign DIR/conf/mail.conf --domain example.org --key DIR/key.pem --selector a_b",
        "spf explain example",
        "srs encode alice",
        "srs decode alice",
        "srs decode ''",
        "tls test ''",
        "tls test a..b",
        "tls test example.org --ip here",
        "tls tlsa --port 0",
        "tls tlsa --port 65536",
        "tls tlsa --port smtp",
        "tls tlsa --host mail",
        "mta-sts records example",
        "mta-sts show example",
        "tlsrpt records example",
        "queue",
        "queue hold",
        "queue remove --yes",
        "queue list --state waiting",
        "queue list --older-than 5",
        "queue list --older-than 5w",
        "queue list --newer-than -1h",
        "queue list -n 0",
        "queue list -n -1",
        "queue list -n 100001",
        "queue summary -n 0",
        "queue move --all",
        "queue move --all --next-hop bogus",
        "queue move --all --next-hop mx:",
        "queue move --all --next-hop smtp:example.org",
        "queue move --all --next-hop relay:host:0",
        "queue move --all --next-hop nowhere:loop",
        "queue show",
        "why a@example.org -n 0",
        "why",
      })
  void whatIsNotUnderstoodEndsWithTwo(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.USAGE, run.code(), run.out() + run.err());
    assertFalse(run.err().isBlank(), "it says why");
    assertEquals("", run.out());
    assertFalse(Files.exists(directory.resolve("new")), "nothing is made");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user add alice@example.net --generate",
        "user passwd nobody@example.org --generate",
        "dkim record example.org",
        "dkim check example.org --selector none",
        "dkim rotate example.net",
        "dkim activate example.org none",
        "dkim import example.org jan2026 DIR/none.pem",
        "doctor --zone DIR",
        "doctor --zone DIR/none",
        "setup example.net --dir DIR --yes",
        "verify DIR/none.eml",
        "verify DIR",
        "verify --batch DIR",
        "sign DIR/none.eml --domain example.org",
        "sign DIR/conf/mail.conf --domain example.org --key DIR --selector a",
        "dkim record example.org --selector a --public-key DIR",
        "dkim import example.org a DIR",
        "spf explain example.org --zone DIR",
        "srs decode alice@example.org",
        "tls tlsa",
        "tls renew",
        "tlsrpt show DIR",
        "tlsrpt show DIR/none.json",
        "queue list",
        "queue hold --all",
        "queue show X",
        "why nobody@example.org",
        "status",
        "sessions",
        "sessions end X",
        "stop",
        "reload",
      })
  void aProblemEndsWithOne(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.PROBLEM, run.code(), run.out() + run.err());
    assertFalse(run.err().contains("please report"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor --language de", "doctor --language german"})
  void anUnknownLanguageIsAnsweredWithTheKnownOnes(String line) {
    assertTrue(run(line).err().contains("Choose one of these: en, fr"), run(line).err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fr", "fr_BE.UTF-8", "French", "en", "EN"})
  void aKnownLanguageIsTaken(String language) {
    CommandRun run = run("doctor --offline --language " + language);
    assertEquals("", run.err());
  }
}
