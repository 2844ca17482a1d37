package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that hand in mail.
class ClientsTest {
  @TempDir private Path directory;

  private static Command swaks(RunningServer server, String how, String password) throws Exception {
    var address = server.submission();
    return Command.run(
        Program.SWAKS.path(),
        "--server",
        address.getAddress().getHostAddress(),
        "--port",
        Integer.toString(address.getPort()),
        "--helo",
        "client.test",
        "--tls",
        "--tls-verify",
        "--tls-ca-path",
        server.world().caFile().toString(),
        "--auth",
        how,
        "--auth-user",
        Site.ALICE,
        "--auth-password",
        password,
        "--from",
        Site.ALICE,
        "--to",
        Site.BOB,
        "--header",
        "Subject: by swaks " + how);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  @RequiresProgram(Program.SWAKS)
  void swaksSendsAMessageThatArrivesSigned(String how) throws Exception {
    try (var server = RunningServer.start(directory)) {
      swaks(server, how, Site.PASSWORD).succeeded();
      Mail arrived = server.site().mailbox(Site.BOB).awaitWith("by swaks " + how);
      List<String> signatures = arrived.fields("DKIM-Signature");
      assertEquals(2, signatures.size(), arrived::text);
      assertTrue(signatures.stream().allMatch(s -> s.contains("d=example.org")), arrived::text);
    }
  }

  @Test
  @RequiresProgram(Program.SWAKS)
  void aWrongPasswordSendsNothing() throws Exception {
    try (var server = RunningServer.start(directory)) {
      Command refused = swaks(server, "PLAIN", "wrong");
      assertNotEquals(0, refused.exitCode());
      assertTrue(refused.output().contains("535 5.7.8"), refused::output);
      assertEquals(List.of(), server.site().mailbox(Site.BOB).mails());
    }
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void pythonsSmtplibSendsWhatArrivesUnchanged() throws Exception {
    try (var server = RunningServer.start(directory)) {
      var address = server.submission();
      Command.run(
              Program.PYTHON.path(),
              resource("send.py").toString(),
              address.getAddress().getHostAddress(),
              Integer.toString(address.getPort()),
              server.world().caFile().toString(),
              Site.ALICE,
              Site.PASSWORD,
              Site.BOB)
          .succeeded();
      Mail arrived = server.site().mailbox(Site.BOB).awaitWith("by smtplib");
      assertEquals(2, arrived.fields("DKIM-Signature").size(), arrived::text);
      assertTrue(arrived.body().contains("\r\n.\r\n..two dots\r\n"), arrived::text);
      assertEquals(List.of("<" + Site.ALICE + ">"), arrived.fields("Return-Path"));
    }
  }

  static Path resource(String name) throws URISyntaxException {
    var url = ClientsTest.class.getResource(name);
    if (url == null) {
      throw new AssertionError("no resource " + name);
    }
    return Path.of(url.toURI());
  }
}
