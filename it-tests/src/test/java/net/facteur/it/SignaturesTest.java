package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /// What is put on top of a signed message, and whether it stays valid.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Sender: l-bounces@list.test \\ List-Id: <l.list.test> \\ List-Unsubscribe: <mailto:u@list.test> | valid
          Resent-From: l@list.test \\ Resent-Date: Sun, 22 Nov 2026 12:00:00 +0000 | valid
          Received: by list.test; Sun, 22 Nov 2026 12:00:00 +0000 | valid
          In-Reply-To: <1@list.test>    | valid
          From: ceo@victim.test         | broken
          To: bob@victim.test           | broken
          Cc: bob@victim.test           | broken
          Subject: Your invoice         | broken
          Date: Sun, 22 Nov 2026 12:00:00 +0000 | broken
          Reply-To: thief@victim.test   | broken
          Message-ID: <2@list.test>     | broken
          MIME-Version: 1.0             | broken
          Content-Type: text/html       | broken
          Content-Transfer-Encoding: 8bit | broken
          """)
  @RequiresProgram({Program.PYTHON, Program.PYTHON_DKIM, Program.OPENDKIM})
  void whatListsAddLeavesBothSignaturesValidAndWhatAReaderSeesCannotBeAdded(
      String added, String verdict) throws Exception {
    DkimPrivateKey rsa = TestKeys.rsa();
    DkimPrivateKey edwards = TestKeys.ed25519();
    Mail mail =
        Mail.ofLocal(
            """
            From: <a@example.org>
            To: <b@example.net>
            Subject: before
            Date: Sun, 22 Nov 2026 11:00:00 +0000
            Message-ID: <1@example.org>
            MIME-Version: 1.0
            Content-Type: text/plain
            Content-Transfer-Encoding: 7bit

            Text
            """);
    var signatures = new ArrayList<HeaderField>();
    for (DkimPrivateKey key : List.of(rsa, edwards)) {
      var with =
          new SigningKey(
              DomainName.of("example.org"),
              DomainName.of(key.algorithm().keyType().word()),
              key.algorithm(),
              DkimCrypto.standard().signer(key));
      signatures.add(
          new DkimSigner(with, DkimSigner.Settings.DEFAULT, InstantSource.system())
              .sign(
                  mail.header(),
                  () -> new ByteArrayInputStream(mail.body().getBytes(StandardCharsets.US_ASCII))));
    }
    String signed =
        new String(mail.header().prepend(signatures).section(), StandardCharsets.ISO_8859_1)
            + mail.body();
    var changed = new Mail(added.replace(" \\ ", "\r\n") + "\r\n" + signed);
    Path message = changed.write(directory.resolve("changed.eml"));
    Path records =
        Files.write(
            directory.resolve("records"),
            List.of(
                "rsa._domainkey.example.org\t" + rsa.record().print(),
                "ed25519._domainkey.example.org\t" + edwards.record().print()));
    boolean valid = verdict.equals("valid");
    String word = valid ? "True" : "False";
    assertEquals(
        "rsa-sha256 " + word + "\ned25519-sha256 " + word + "\n",
        python(ClientsTest.resource("verify.py"), message, records));
    Command openDkim = openDkim(records, message);
    assertEquals(valid, openDkim.output().contains("succeeded"), openDkim::toString);
    var ours =
        new DkimVerifier(
                ZoneResolver.of(
                    Map.of(
                        "rsa._domainkey.example.org",
                        Map.of("TXT", List.of(rsa.record().print())),
                        "ed25519._domainkey.example.org",
                        Map.of("TXT", List.of(edwards.record().print())))),
                DkimCrypto.standard(),
                InstantSource.system(),
                DkimVerifier.Policy.DEFAULT)
            .verify(
                changed.header(),
                () -> new ByteArrayInputStream(changed.body().getBytes(StandardCharsets.US_ASCII)));
    assertEquals(
        valid
            ? List.of(DkimResult.PASS, DkimResult.PASS)
            : List.of(DkimResult.FAIL, DkimResult.FAIL),
        ours.stream().map(DkimOutcome::result).toList());
  }

  private Command openDkim(RunningServer server, Path message) throws Exception {
    return openDkim(server.world().textRecords(), message);
  }

  private Command openDkim(Path tabbed, Path message) throws Exception {
    Path records = directory.resolve("opendkim-records");
    Files.writeString(records, Files.readString(tabbed).replace("\t", " "));
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
