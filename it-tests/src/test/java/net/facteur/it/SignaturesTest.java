package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our signatures read by others, and theirs by us.
class SignaturesTest {
  private static final String BODY = "Some text,  with two blanks \nand a tab\t.\n\n\n";

  @TempDir private Path directory;

  /// A message that our server has signed, as it went out to another domain.
  private static Mail signed(RunningServer server) throws Exception {
    try (var mx = new RecordingMx(server.world().theirMx(), false)) {
      try (var link = server.alice()) {
        Mail mail = Mail.of(Site.ALICE, "carol@example.net", "signed by us", BODY);
        assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
      }
      return Await.present(() -> "nothing arrived", () -> mx.taken().stream().findFirst());
    }
  }

  private static String python(Path script, Path message, Path records) throws Exception {
    return Command.run(
            Program.PYTHON.path(), script.toString(), message.toString(), records.toString())
        .succeeded();
  }

  @Test
  @RequiresProgram({Program.PYTHON, Program.PYTHON_DKIM})
  void pythonsDkimVerifiesBothOfOurSignatures() throws Exception {
    try (var server = RunningServer.start(directory)) {
      Mail sent = signed(server);
      Path script = ClientsTest.resource("verify.py");
      Path records = server.world().textRecords();
      Path message = sent.write(directory.resolve("signed.eml"));
      assertEquals("rsa-sha256 True\ned25519-sha256 True\n", python(script, message, records));
      var altered = new Mail(sent.text().replace("Some text", "Same text"));
      Path other = altered.write(directory.resolve("altered.eml"));
      assertEquals("rsa-sha256 False\ned25519-sha256 False\n", python(script, other, records));
    }
  }

  @Test
  @RequiresProgram(Program.OPENDKIM)
  void openDkimVerifiesOurSignature() throws Exception {
    try (var server = RunningServer.start(directory)) {
      Mail sent = signed(server);
      Path message = sent.write(directory.resolve("signed.eml"));
      Command verified = openDkim(server, message);
      assertTrue(verified.output().contains("succeeded"), verified::toString);
      var altered = new Mail(sent.text().replace("Some text", "Same text"));
      Command refused = openDkim(server, altered.write(directory.resolve("altered.eml")));
      assertTrue(refused.output().contains("failed"), refused::toString);
    }
  }

  private Command openDkim(RunningServer server, Path message) throws Exception {
    Path records = directory.resolve("opendkim-records");
    Files.writeString(records, Files.readString(server.world().textRecords()).replace("\t", " "));
    Path settings = directory.resolve("opendkim.conf");
    Files.writeString(
        settings, "Mode v\nSyslog no\nTestDNSData file:" + records + "\nOn-BadSignature accept\n");
    return Command.run(
        Program.OPENDKIM.path(), "-x", settings.toString(), "-t", message.toString(), "-v", "-v");
  }

  /// Who else signs.
  enum Signer {
    PYTHON_RSA(KeyType.RSA, "rsa-sha256"),
    PYTHON_ED25519(KeyType.ED25519, "ed25519-sha256");

    private final KeyType type;
    private final String algorithm;

    Signer(KeyType type, String algorithm) {
      this.type = type;
      this.algorithm = algorithm;
    }
  }

  @ParameterizedTest
  @EnumSource
  @RequiresProgram({Program.PYTHON, Program.PYTHON_DKIM})
  void weVerifyTheSignaturesOfOthers(Signer signer) throws Exception {
    try (var server = RunningServer.start(directory)) {
      Mail mail = Mail.of("carol@example.net", Site.ALICE, "signed by " + signer, BODY);
      Mail signed = sign(signer, server, mail);
      assertEquals(1, signed.fields("DKIM-Signature").size(), signed::text);
      var altered = new Mail(signed.text().replace("Some text", "Same text"));
      try (var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
        String reply = link.send("carol@example.net", Site.ALICE, signed);
        assertTrue(reply.startsWith("250"), reply);
        reply = link.send("carol@example.net", Site.BOB, altered);
        assertTrue(reply.startsWith("250"), reply);
      }
      Mail good = server.site().mailbox(Site.ALICE).awaitWith("signed by " + signer);
      assertTrue(good.verdict(Site.HOST).contains("dkim=pass"), good::text);
      Mail bad = server.site().mailbox(Site.BOB).awaitWith("signed by " + signer);
      assertTrue(bad.verdict(Site.HOST).contains("dkim=fail"), bad::text);
    }
  }

  private Mail sign(Signer signer, RunningServer server, Mail mail) throws Exception {
    DkimPrivateKey key =
        switch (signer.type) {
          case RSA -> TestKeys.rsa();
          case ED25519 -> TestKeys.ed25519();
        };
    server.world().key("theirs", "example.net", key);
    Path message = mail.write(directory.resolve("unsigned.eml"));
    String output =
        Command.run(
                Program.PYTHON.path(),
                ClientsTest.resource("sign.py").toString(),
                message.toString(),
                secret(key).toString(),
                signer.algorithm)
            .succeeded();
    return Mail.ofLocal(output);
  }

  /// The key in a file, as PEM or as the bare seed that Python's library wants for Ed25519.
  private Path secret(DkimPrivateKey key) throws IOException {
    Path file =
        Files.createFile(
            directory.resolve("theirs.key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String text = key.toPem();
    if (key.algorithm().keyType() == KeyType.ED25519) {
      byte[] info = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
      byte[] last = Arrays.copyOfRange(info, info.length - 32, info.length);
      text = Base64.getEncoder().encodeToString(last);
    }
    return Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
  }
}
