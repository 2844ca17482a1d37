package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TsigKey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.KeyFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A BIND primary that takes updates with TSIG, and two NSD secondaries, at one port of three
/// loopback addresses.
class RealNameServersTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String SECRET = "c2VjcmV0LW9mLXRoZS10ZXN0LWZvci1mYWN0ZXVyISE=";

  @TempDir Path directory = Path.of("");
  private final List<Process> processes = new ArrayList<>();
  private final List<Notices.Notice> notices = new ArrayList<>();
  private int port;
  private Optional<Process> nsd = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/named"))
            && Files.isExecutable(Path.of("/usr/sbin/nsd")),
        "needs bind9 and nsd");
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path primary = Files.createDirectory(directory.resolve("primary"));
    Files.writeString(
        primary.resolve("zone"),
        """
        $TTL 1
        @ IN SOA ns1.example.org. hostmaster.example.org. 1 1 1 3600 1
        @ IN NS ns1.example.org.
        @ IN NS ns2.example.org.
        @ IN NS ns3.example.org.
        ns1 IN A 127.0.0.1
        ns2 IN A 127.0.0.2
        ns3 IN A 127.0.0.3
        """);
    bind(
        primary,
        "127.0.0.1",
        """
        key "facteur" { algorithm hmac-sha512; secret "%s"; };
        zone "example.org" { type primary; file "zone";
          notify explicit; also-notify { 127.0.0.3 port %d; };
          update-policy { grant facteur subdomain _domainkey.example.org. TXT; }; };
        """
            .formatted(SECRET, port));
    // Nobody tells this one of changes: it looks now and then.
    nsd("nsd2", "127.0.0.2", 4);
    nsd = Optional.of(nsd("nsd3", "127.0.0.3", 1));
    waitUntil(
        "every server has the zone", () -> !authorities().ask(ORG, RecordType.TXT).uncertain());
  }

  private void bind(Path home, String address, String zones) throws IOException {
    Path conf = home.resolve("named.conf");
    Files.writeString(
        conf,
        """
        options { directory "%s"; listen-on port %d { %s; }; listen-on-v6 { none; };
          pid-file "named.pid"; session-keyfile "session.key"; recursion no;
          allow-transfer { any; }; dnssec-validation no; transfer-source %s; notify-source %s; };
        controls { };
        """
                .formatted(home, port, address, address, address)
            + zones);
    processes.add(start(home, "/usr/sbin/named", "-4", "-f", "-c", conf.toString()));
  }

  private Process nsd(String name, String address, int refresh) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home);
    Path conf = home.resolve("nsd.conf");
    Files.writeString(
        conf,
        """
        server:
          ip-address: %s@%d
          username: ""
          chroot: ""
          zonesdir: "%s"
          database: ""
          pidfile: "%s/nsd.pid"
          xfrdfile: "%s/xfrd.state"
          zonelistfile: "%s/zone.list"
          xfrdir: "%s"
          xfrd-reload-timeout: 0
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "example.org"
          zonefile: "zone"
          request-xfr: AXFR 127.0.0.1@%d NOKEY
          allow-notify: 127.0.0.1 NOKEY
          min-refresh-time: %d
          max-refresh-time: %d
          min-retry-time: 1
          max-retry-time: 1
        """
            .formatted(address, port, home, home, home, home, home, port, refresh, refresh));
    Process process = start(home, "/usr/sbin/nsd", "-d", "-c", conf.toString());
    processes.add(process);
    return process;
  }

  private static Process start(Path home, String... command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
        .start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  // ---- the keys

  private KeyWiring keeping() throws IOException {
    Path tsig = directory.resolve("tsig.key");
    if (!Files.exists(tsig)) {
      Files.writeString(
          tsig, "key \"facteur\" { algorithm hmac-sha512; secret \"" + SECRET + "\"; };");
      Files.setPosixFilePermissions(
          tsig, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }
    var settings =
        new KeySettings(
            Set.of(ORG),
            Map.of(),
            new KeySettings.Life(Duration.ZERO, Duration.ofSeconds(4), Duration.ofDays(30)),
            SelectorTemplate.DEFAULT,
            Set.of(KeyType.RSA, KeyType.ED25519),
            2048,
            false,
            new KeySettings.Publication(
                KeySettings.Method.UPDATE,
                Optional.empty(),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                Optional.of(tsig),
                Optional.empty(),
                Duration.ofSeconds(1),
                port),
            Map.of(),
            directory.resolve("revealed"),
            "https://mail.example.org/",
            directory.resolve("keys"));
    return new KeyWiring(
        settings,
        directory.resolve("keys"),
        ZoneResolver.of(
            Map.of(
                "example.org",
                    Map.of("NS", List.of("ns1.example.org", "ns2.example.org", "ns3.example.org")),
                "ns1.example.org", Map.of("A", List.of("127.0.0.1")),
                "ns2.example.org", Map.of("A", List.of("127.0.0.2")),
                "ns3.example.org", Map.of("A", List.of("127.0.0.3")))),
        DkimCrypto.standard(),
        new SecureRandom(),
        InstantSource.system());
  }

  private net.facteur.auth.dns.Authorities authorities() {
    try {
      return keeping().authorities();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void waitUntil(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(end), () -> "in vain: " + what + " " + notices);
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void advanceUntil(KeyLife life, String what, BooleanSupplier condition) {
    waitUntil(
        what,
        () -> {
          try {
            life.advance(ORG);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return condition.getAsBoolean();
        });
  }

  private static String active(KeyJournal journal) {
    try {
      return journal.read().active().getOrDefault(ORG, "none");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String state(KeyJournal journal, String selector) {
    try {
      return journal.read().find(new KeyName(ORG, selector)).orElseThrow().state().word();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRotationWaitsForASlowSecondaryAndForOneThatSleepsAndOldMailStillVerifies()
      throws Exception {
    KeyJournal journal = KeyWiring.journal(directory.resolve("keys"));
    KeyLife.Parts parts =
        keeping().parts(journal, notices::add, (_, _) -> Optional.empty(), _ -> false);
    var commands = new KeyCommands(parts, keeping().settings(), "test");
    var life = new KeyLife(parts, keeping().settings(), "test");

    commands.carryOut(commands.rotate(ORG));
    advanceUntil(life, "the first key signs", () -> !active(journal).equals("none"));
    String first = active(journal);
    Path message = signed(parts, first);

    Process sleeping = nsd.orElseThrow();
    sleeping.descendants().forEach(ProcessHandle::destroy);
    sleeping.destroy();
    assertTrue(sleeping.waitFor(30, TimeUnit.SECONDS));
    assertInstanceOf(KeyCommands.Decision.Do.class, commands.carryOut(commands.rotate(ORG)));
    DomainName next = new KeyName(ORG, first + "b").owner(KeyType.ED25519);
    advanceUntil(
        life,
        "the running servers have the new record",
        () ->
            authorities().ask(next, RecordType.TXT).servers().stream()
                    .filter(
                        s ->
                            s.reply() instanceof net.facteur.auth.dns.Survey.Reply.Holds<TxtRecord>)
                    .count()
                == 2);
    for (int i = 0; i < 3; i++) {
      life.advance(ORG);
      assertEquals(first, active(journal), "one server sleeps");
    }
    nsd("nsd3", "127.0.0.3", 1);
    advanceUntil(life, "the second key signs", () -> active(journal).equals(first + "b"));
    assertEquals("retiring", state(journal, first));
    assertTrue(dkimpyVerifies(message), "mail that waited across the rotation");

    advanceUntil(life, "the first key is revoked", () -> state(journal, first).equals("revoked"));
    TxtRecord left =
        ((net.facteur.auth.dns.Survey.Reply.Holds<TxtRecord>)
                authorities()
                    .ask(new KeyName(ORG, first).owner(KeyType.RSA), RecordType.TXT)
                    .servers()
                    .getLast()
                    .reply())
            .values()
            .getFirst();
    assertEquals("v=DKIM1; k=rsa; p=", left.text());
  }

  @Test
  void theServerRefusesWhatIsNotOursAndSaysSo() throws IOException {
    TsigKey key = TsigKey.parse("hmac-sha512:facteur:" + SECRET).toOptional().orElseThrow();
    var primary = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var updates = new DnsUpdates(primary, key, Duration.ofSeconds(10), InstantSource.system());
    var mine = DomainName.of("s1._domainkey.example.org");
    var add =
        new DnsUpdates.Change.AddText(
            mine, TxtRecord.of("v=DKIM1; p=" + "A".repeat(700)), Duration.ofSeconds(1));
    assertEquals(new DnsUpdates.Outcome.Done(), updates.apply(ORG, add));
    assertEquals(new DnsUpdates.Outcome.Done(), updates.apply(ORG, add), "a repeated update");
    var other =
        new DnsUpdates.Change.AddText(mine, TxtRecord.of("v=DKIM1; p="), Duration.ofSeconds(1));
    assertEquals(new DnsUpdates.Outcome.Differs(), updates.apply(ORG, other));
    var replace =
        new DnsUpdates.Change.ReplaceText(
            mine, TxtRecord.of("v=DKIM1; p=AAAA"), TxtRecord.of("x"), Duration.ofSeconds(1));
    assertEquals(new DnsUpdates.Outcome.Differs(), updates.apply(ORG, replace));
    assertInstanceOf(
        DnsUpdates.Outcome.Refused.class,
        updates.apply(
            ORG,
            new DnsUpdates.Change.AddTlsa(
                DomainName.of("_25._tcp.mail.example.org"),
                new TlsaRecord(3, 1, 1, new byte[32]),
                Duration.ofSeconds(1))));
    var stranger =
        new DnsUpdates(
            primary,
            TsigKey.parse("hmac-sha512:other:" + SECRET).toOptional().orElseThrow(),
            Duration.ofSeconds(10),
            InstantSource.system());
    assertInstanceOf(DnsUpdates.Outcome.Refused.class, stranger.apply(ORG, other));
  }

  // ---- a receiver

  private Path signed(KeyLife.Parts parts, String selector) throws Exception {
    var name = new KeyName(ORG, selector);
    MessageHeader header =
        MessageHeader.parse(
            "From: alice@example.org\r\nTo: bob@example.com\r\nSubject: waits\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    byte[] text = "It waits in a queue.\r\n".getBytes(StandardCharsets.US_ASCII);
    List<HeaderField> fields = new ArrayList<>();
    for (KeyType type : KeyType.values()) {
      if (parts.store().read(name, type) instanceof KeyFile.Content.Usable(DkimPrivateKey key)) {
        var signing =
            new SigningKey(
                ORG,
                DomainName.of(name.selector(type)),
                key.algorithm(),
                DkimCrypto.standard().signer(key));
        fields.add(
            new DkimSigner(signing, DkimSigner.Settings.DEFAULT, InstantSource.system())
                .sign(header, MessageBody.of(text)));
      }
    }
    Path file = directory.resolve("message");
    var out = new java.io.ByteArrayOutputStream();
    out.writeBytes(header.prepend(fields).section());
    out.writeBytes(text);
    Files.write(file, out.toByteArray());
    return file;
  }

  /// Python's dkim library, which asks each of the three servers.
  private boolean dkimpyVerifies(Path message) throws Exception {
    Path python = Path.of("/usr/bin/python3");
    Path script = directory.resolve("verify.py");
    Files.writeString(
        script,
        """
        import subprocess, sys
        try:
            import dkim
        except ImportError:
            print("no dkimpy"); sys.exit(0)
        message = open(sys.argv[1], "rb").read()
        for server in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
            def ask(name, timeout=5):
                name = name.decode() if isinstance(name, bytes) else name
                said = subprocess.run(["dig", "+short", "+tcp", "-p", sys.argv[2], "@" + server,
                    name, "TXT"], capture_output=True, text=True).stdout
                return "".join(said.strip().split('"')[1::2]).encode()
            d = dkim.DKIM(message)
            for i in (0, 1):
                if not d.verify(i, dnsfunc=ask):
                    print("signature", i, "fails at", server); sys.exit(1)
        print("verified")
        """);
    Process process =
        new ProcessBuilder(
                python.toString(), script.toString(), message.toString(), Integer.toString(port))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    return true;
  }
}
