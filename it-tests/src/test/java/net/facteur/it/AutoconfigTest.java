package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What mail programs are told, read by programs of others.
class AutoconfigTest {
  private static final Path SCHEMA =
      Path.of("../smtp-server/src/test/resources/conformance/autoconfig/schema/autoconfig.rng");

  @TempDir private Path directory;
  private RunningServer server;
  private InetSocketAddress web;

  @BeforeEach
  void start() throws IOException {
    server =
        RunningServer.start(
            directory,
            """
            listen.web = ["127.0.0.2:0"]
            autoconfig.services = [
              "submissions://mail.example.org", "submission://mail.example.org",
              "imaps://mail.example.org", "pop3s://mail.example.org", "sieve://mail.example.org"
            ]
            """);
    web = server.server().webListeners().getFirst();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// Fetches a file by curl.
  private Path fetched(String host, String path) throws IOException {
    Path file = directory.resolve("fetched");
    var line =
        new ArrayList<>(
            List.of(
                Program.CURL.path(),
                "--silent",
                "--show-error",
                "--fail",
                "--cacert",
                server.world().caFile().toString(),
                "--connect-to",
                "::127.0.0.2:" + web.getPort(),
                "-o",
                file.toString()));
    if (!host.equals(Site.HOST)) {
      line.addAll(List.of("-H", "Host: " + host)); // the certificate is for one name
    }
    line.add("https://" + Site.HOST + path);
    Command.run(line.toArray(String[]::new)).succeeded();
    return file;
  }

  @Test
  @RequiresProgram({Program.CURL, Program.XMLLINT})
  void schemaOfTheDraftHoldsOfOurs() throws Exception {
    for (String path :
        List.of(
            "/mail/config-v1.1.xml?emailaddress=nobody%40example.org",
            "/.well-known/autoconfig/mail/config-v1.1.xml")) {
      Path ours =
          fetched(path.startsWith("/mail") ? "autoconfig.example.org" : "example.org", path);
      Command.run(
              Program.XMLLINT.path(), "--noout", "--relaxng", SCHEMA.toString(), ours.toString())
          .succeeded();
      Files.writeString(
          ours, Files.readString(ours).replaceAll("<port>[0-9]+</port>", "<port>none</port>"));
      Command broken =
          Command.run(
              Program.XMLLINT.path(), "--noout", "--relaxng", SCHEMA.toString(), ours.toString());
      assertTrue(broken.exitCode() != 0, broken.output());
    }
  }

  @Test
  @RequiresProgram({Program.CURL, Program.OPENSSL, Program.PYTHON})
  void profileIsVerifiedByOpensslAndReadAsAPropertyList() throws Exception {
    Path signed = fetched(Site.HOST, "/mail/apple.mobileconfig?address=alice%40example.org");
    Path profile = directory.resolve("profile");
    Command.run(
            Program.OPENSSL.path(),
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-purpose",
            "any",
            "-CAfile",
            server.world().caFile().toString(),
            "-in",
            signed.toString(),
            "-out",
            profile.toString())
        .succeeded();
    String read =
        Command.run(
                Program.PYTHON.path(),
                "-c",
                """
                import plistlib, sys
                all = plistlib.load(open(sys.argv[1], "rb"))
                mail = all["PayloadContent"][0]
                print(all["PayloadType"], mail["EmailAddress"], mail["IncomingMailServerPortNumber"],
                    mail["IncomingMailServerUseSSL"], mail["OutgoingMailServerHostName"])
                """,
                profile.toString())
            .succeeded();
    assertEquals("Configuration alice@example.org 993 True mail.example.org\n", read);
  }
}
