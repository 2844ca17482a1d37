package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ControlServer;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Beside a running server, what changes its files is done by the server.
class BesideServerTest {
  private static final String ALICE =
      "alice@example.org password=$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0"
          + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

  private static final ServerControl.SessionControl NOBODY =
      new ServerControl.SessionControl() {
        @Override
        public void list(Optional<String> user, Consumer<Map<String, Object>> out) {}

        @Override
        public void end(
            List<String> ids, Optional<String> user, Consumer<Map<String, Object>> out) {}
      };

  private static final ServerControl.QueueControl EMPTY =
      new ServerControl.QueueControl() {
        @Override
        public Optional<Text> read(
            ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out) {
          return Optional.empty();
        }

        @Override
        public Optional<Text> act(ControlRequest.QueueAct act, Consumer<Map<String, Object>> out) {
          return Optional.empty();
        }
      };

  @TempDir Path directory = Path.of("");
  private Path settings = Path.of("");
  private Path data = Path.of("");
  private final List<String> asked = new ArrayList<>();
  private Optional<String> whyNoCertificate = Optional.empty();
  private boolean taken;
  private @Nullable ControlServer server;

  @BeforeEach
  void start() throws IOException {
    settings = directory.resolve("conf/mail.conf");
    data = directory.resolve("data");
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" {} }
        keys.rsa-bits = 1024
        tls { certificate = c.pem, key = k.pem }
        acme { directory = "https://localhost:1/dir", accept-terms = true }
        """);
    server = ControlServer.open(data.resolve("control.socket"), recording());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private ServerControl recording() {
    return (ServerControl)
        Proxy.newProxyInstance(
            BesideServerTest.class.getClassLoader(),
            new Class<?>[] {ServerControl.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "write" -> {
                    asked.add("write " + ((KeyName) arguments[0]));
                    yield !taken;
                  }
                  case "fulfil" -> {
                    asked.add(((KeyWish) arguments[0]).verb().word());
                    yield null;
                  }
                  case "renewCertificate" -> {
                    asked.add("renew");
                    yield whyNoCertificate;
                  }
                  case "status" -> Map.of("version", "1");
                  case "healthy" -> true;
                  case "readAgain" -> null;
                  case "stop" -> {
                    asked.add("stop");
                    yield null;
                  }
                  case "change" -> {
                    asked.add("change " + ((UserChange) arguments[0]).name());
                    yield UserChange.Outcome.DONE;
                  }
                  case "sessions" -> NOBODY;
                  case "queue" -> EMPTY;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status|version",
        "sessions|Nobody is logged in",
        "queue list|The queue is empty",
        "queue flush|The queue is empty",
        "why bob@example.org|''",
        "user list|alice@example.org",
        "user lock alice@example.org|user alice@example.org is locked",
        "user remove alice@example.org|user alice@example.org removed",
        "stop|The server is stopping",
      })
  void mistakesInTheSettingsDoNotCutOffTheServer(String words, String says) throws IOException {
    Files.writeString(data.resolve("users"), ALICE);
    for (String mistake : new String[] {"log.formt = json\n", "queue.life = never\n", "tls {\n"}) {
      String right = Files.readString(settings);
      Files.writeString(settings, right + mistake);
      CommandRun run = run(words.split(" ", -1));
      assertEquals(Facteur.OK, run.code(), run.err());
      assertTrue(run.out().contains(says), run.out());
      assertEquals(
          "warning: " + settings + " has a mistake; to see what is wrong, type: facteur check\n",
          run.err());
      Files.writeString(settings, right);
    }
  }

  @Test
  void theHealthCheckIsQuietAboutMistakes() throws IOException {
    Files.writeString(settings, "log.formt = json\n");
    CommandRun run = run("status", "--quiet");
    assertEquals(Facteur.OK, run.code());
    assertEquals("", run.out() + run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"control.socket = [1]", "directories = 5", "control.soket = s", "control {"})
  void aMistakeWhereTheServerIsAskedIsSaid(String line) throws IOException {
    Files.writeString(settings, line + "\n");
    CommandRun run = run("status");
    assertEquals(Facteur.PROBLEM, run.code());
    assertTrue(
        run.err().contains(" is, and this needs it.\nSee what is wrong: facteur check"), run.err());
  }

  @Test
  void theServerWritesGeneratedKeys() {
    CommandRun made = run("dkim", "generate", "example.org", "--bits", "1024");
    assertEquals(Facteur.OK, made.code(), made.err());
    assertEquals(
        List.of("write nov2026._domainkey.example.org", "write nov2026-ed._domainkey.example.org"),
        asked);
    assertFalse(Files.exists(data.resolve("keys")), "nothing is written by the command");
    taken = true;
    CommandRun again = run("dkim", "generate", "example.org", "--bits", "1024");
    assertEquals(Facteur.PROBLEM, again.code());
    assertTrue(again.err().contains("There is a key already"), again.err());
  }

  @Test
  void theServerWritesImportedKeys() throws IOException {
    Path file = directory.resolve("old.private");
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    Files.writeString(file, key.toPem());
    CommandRun taken = run("dkim", "import", "example.org", "old", file.toString());
    assertEquals(Facteur.OK, taken.code(), taken.err());
    assertEquals(List.of("write old._domainkey.example.org", "adopt"), asked);
    assertFalse(Files.exists(data.resolve("keys")), "nothing is written by the command");
  }

  @Test
  void theServerAsksForTheCertificate() {
    CommandRun renewed = run("tls", "renew");
    assertEquals(Facteur.OK, renewed.code(), renewed.err());
    whyNoCertificate = Optional.of("the authority is asleep");
    CommandRun refused = run("tls", "renew");
    assertEquals(Facteur.PROBLEM, refused.code());
    assertTrue(
        refused.err().contains("No certificate came: the authority is asleep."), refused.err());
    assertEquals(List.of("renew", "renew"), asked);
    assertFalse(Files.exists(data.resolve("tls")), "nothing is written by the command");
  }
}
