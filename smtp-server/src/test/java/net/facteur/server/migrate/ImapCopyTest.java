package net.facteur.server.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.CertificateRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Mail comes from a real Dovecot.
@Tag("peer")
class ImapCopyTest {
  private static final String PASSWORD = "se'c\"r#e\\t";
  private static final UserName ALICE = UserName.parse("alice@example.org").orElseThrow();

  private Path directory = Path.of("");
  private int port;
  private Optional<Process> source = Optional.empty();

  @BeforeEach
  void old() throws Exception {
    boolean there =
        Files.exists(Path.of("/usr/lib/dovecot/imap"))
            && Files.exists(Path.of("/usr/sbin/runuser"));
    if (!there) {
      System.err.println("not run: apt-get install dovecot-imapd");
      assertFalse("true".equals(System.getenv("CI")), "Dovecot is missing");
    }
    assumeTrue(there);
    assumeTrue("root".equals(System.getProperty("user.name")), "Dovecot's login needs root");
    // Others have to get through, and paths of sockets have to be short.
    directory = Files.createTempDirectory(Path.of("/tmp"), "imap");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    for (String name : List.of("mail", "data")) {
      Files.createDirectory(directory.resolve(name));
      command("chown", "nobody:nogroup", directory.resolve(name).toString());
    }
    KeyPair keys = CertificateRequest.generateKeys(new SecureRandom());
    CertificateAuthority.write(keys.getPrivate(), directory.resolve("key.pem"));
    CertificateAuthority.write(
        List.of(
            CertificateRequest.selfSigned(
                DomainName.of("localhost"),
                keys,
                Instant.now(),
                Duration.ofDays(2),
                new SecureRandom())),
        directory.resolve("cert.pem"));
    Files.setPosixFilePermissions(
        directory.resolve("cert.pem"), PosixFilePermissions.fromString("rw-r--r--"));
    try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    Files.writeString(conf(), settings());
    start();
  }

  private Path conf() {
    return directory.resolve("dovecot.conf");
  }

  private String settings() {
    return """
    base_dir = %1$s/run
    state_dir = %1$s/state
    log_path = %1$s/log
    protocols = imap
    listen = 127.0.0.1
    ssl = required
    ssl_cert = <%1$s/cert.pem
    ssl_key = <%1$s/key.pem
    first_valid_uid = 1
    first_valid_gid = 1
    mail_location = maildir:%1$s/mail/%%n
    passdb {
      driver = static
      args = password=%3$s
    }
    userdb {
      driver = static
      args = uid=nobody gid=nogroup home=%1$s/mail/%%n allow_all_users=yes
    }
    namespace inbox {
      inbox = yes
      separator = /
    }
    service anvil {
      chroot =
    }
    service imap-login {
      chroot =
      inet_listener imap {
        port = 0
      }
      inet_listener imaps {
        port = %2$d
      }
    }
    """
        .formatted(directory, port, PASSWORD);
  }

  private void start() throws Exception {
    Process process =
        new ProcessBuilder("/usr/sbin/dovecot", "-F", "-c", conf().toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    source = Optional.of(process);
    for (int i = 0; i < 300 && !Files.exists(directory.resolve("run/dns-client")); i++) {
      assertTrue(process.isAlive(), () -> "Dovecot does not start");
      Thread.sleep(50);
    }
  }

  private void stop() throws InterruptedException {
    if (source.isPresent()) {
      source.get().destroy();
      source.get().waitFor(10, TimeUnit.SECONDS);
    }
    source = Optional.empty();
  }

  @AfterEach
  void gone() throws Exception {
    stop();
    if (!directory.toString().isEmpty()) {
      command("rm", "-rf", directory.toString());
    }
  }

  @Test
  void foldersAndFlagsComeAlongAndNothingIsDoubledOrTakenAway() throws Exception {
    save("INBOX", "a1");
    save("INBOX", "a2");
    command(
        "doveadm",
        "-c",
        conf().toString(),
        "mailbox",
        "create",
        "-u",
        "old",
        "Sent/2020",
        "Caf\u00e9");
    save("Sent/2020", "s1");
    command(
        "doveadm",
        "-c",
        conf().toString(),
        "flags",
        "add",
        "-u",
        "old",
        "\\Seen \\Flagged",
        "mailbox",
        "INBOX",
        "1");
    ImapCopy copy = copy();
    prepare(copy, PASSWORD);
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.kept())));
    assertEquals(new ImapCopy.Outcome.Done(3), copy.run(_ -> {}));
    assertEquals(List.of("a1", "a2", "s1"), ids());
    assertTrue(
        files().stream()
            .anyMatch(p -> p.toString().contains("/cur/") && p.toString().endsWith(":2,FS")));
    assertTrue(Files.isDirectory(mailbox().resolve(".Sent.2020")));
    assertTrue(Files.isDirectory(mailbox().resolve(".Caf&AOk-")));
    assertFalse(Files.exists(copy.kept()), "the password is not kept");
    for (Path file : files()) {
      assertEquals("nobody", Files.getOwner(file).getName());
    }
    // Mail is delivered here by now, and some still arrives there.
    Files.writeString(mailbox().resolve("new/1.here.example"), "Message-ID: <h1>\n\nbody\n");
    command("chown", "nobody:nogroup", mailbox().resolve("new/1.here.example").toString());
    save("INBOX", "a3");
    prepare(copy, PASSWORD);
    assertEquals(new ImapCopy.Outcome.Done(5), copy.run(_ -> {}));
    assertEquals(List.of("a1", "a2", "a3", "h1", "s1"), ids());
  }

  @Test
  void whatWasInterruptedGoesOnWithoutBeingToldAgain() throws Exception {
    for (int i = 10; i < 40; i++) {
      save("INBOX", "b" + i);
    }
    ImapCopy copy = copy();
    prepare(copy, PASSWORD);
    stop();
    var failed = assertInstanceOf(ImapCopy.Outcome.Failed.class, copy.run(_ -> {}));
    String why = failed.why().in(Language.ENGLISH);
    assertTrue(why.startsWith("doveadm says: "), why);
    assertFalse(why.contains(PASSWORD), why);
    assertTrue(Files.exists(copy.kept()));
    start();
    assertEquals(new ImapCopy.Outcome.Done(30), copy().run(_ -> {}));
    assertEquals(30, new TreeSet<>(ids()).size());
  }

  @Test
  void aWrongPasswordAndAForeignCertificateAreSentences() throws Exception {
    ImapCopy copy = copy();
    prepare(copy, "wrong");
    var password = assertInstanceOf(ImapCopy.Outcome.Failed.class, copy.run(_ -> {}));
    assertTrue(password.why().in(Language.ENGLISH).contains("Authentication failed"));
    copy.prepare(
        new ImapSource("localhost", port, "old", PASSWORD, "", Optional.empty()),
        directory.resolve("run").toString(),
        false);
    var certificate = assertInstanceOf(ImapCopy.Outcome.Failed.class, copy.run(_ -> {}));
    assertTrue(certificate.why().in(Language.ENGLISH).contains("certificate"));
    assertEquals(List.of(), ids());
  }

  @Test
  void dovecotOfThisMachineIsFound() throws Exception {
    ImapCopy.Installed installed = ImapCopy.Installed.find(conf()).orElseThrow();
    assertEquals(directory.resolve("run").toString(), installed.base());
    assertTrue(installed.runs());
    stop();
    assertTrue(ImapCopy.Installed.find(directory.resolve("none.conf")).isEmpty());
  }

  private Path mailbox() {
    return directory.resolve("data/mail/example.org/alice/Maildir");
  }

  private ImapCopy copy() {
    return new ImapCopy(
        directory.resolve("data"),
        ALICE,
        mailbox(),
        new ImapCopy.Target.Ours(),
        Duration.ofMillis(10));
  }

  private void prepare(ImapCopy copy, String password) throws IOException {
    copy.prepare(
        new ImapSource(
            "localhost", port, "old", password, "", Optional.of(directory.resolve("cert.pem"))),
        directory.resolve("run").toString(),
        false);
  }

  private void save(String folder, String id) throws Exception {
    Process process =
        new ProcessBuilder("doveadm", "-c", conf().toString(), "save", "-u", "old", "-m", folder)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = process.getOutputStream()) {
      in.write(("Message-ID: <" + id + ">\n\nbody\n").getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(mailbox())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(mailbox())) {
      return all.filter(Files::isRegularFile)
          .filter(p -> Objects.requireNonNull(p.getParent()).toString().matches(".*/(cur|new)"))
          .sorted()
          .toList();
    }
  }

  private List<String> ids() throws IOException {
    var ids = new ArrayList<String>();
    for (Path file : files()) {
      String first = Files.readString(file).lines().findFirst().orElse("");
      ids.add(first.replaceAll(".*<|>.*", ""));
    }
    return ids.stream().sorted().toList();
  }

  private static void command(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), () -> String.join(" ", command));
  }
}
