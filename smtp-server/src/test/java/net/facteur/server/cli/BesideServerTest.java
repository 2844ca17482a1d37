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
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.server.admin.ControlServer;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Beside a running server, what changes its files is done by the server.
class BesideServerTest {
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
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(settings, Map.of(), "", arguments);
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
