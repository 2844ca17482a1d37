package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DnsResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The zone that `setup` prints, in a real BIND, and the doctor's opinion of it.
class SetupZoneTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final String START =
      "$TTL 1\n@ IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 1\n"
          + "@ IN NS ns.example.org.\n";

  @TempDir private Path directory;

  private static Resolver resolver(DnsSettings settings) {
    return new DnsResolver(settings, new SecureRandom(), InstantSource.system());
  }

  /// By a person who types `q` at once.
  private static CommandRun watch(String address, Path conf) {
    return CommandRun.of(
        Path.of("none"),
        SetupZoneTest::resolver,
        "q\n",
        "dns",
        "watch",
        "-c",
        conf.toString(),
        "--address",
        address);
  }

  private static CommandRun run(String... arguments) {
    return CommandRun.of(Path.of("none"), SetupZoneTest::resolver, "", arguments);
  }

  @Test
  void isLoadedByBindAndTheDoctorIsContent() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/named")), "not run: apt-get install bind9");
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path home = directory.resolve("mta");
    CommandRun made =
        CommandRun.of(
            Path.of("none"),
            Map.of(),
            "",
            "setup",
            "example.org",
            "--yes",
            "--dir",
            home.toString(),
            "--address",
            "192.0.2.25");
    assertEquals(Facteur.OK, made.code(), made.err());
    Path conf = home.resolve("conf/mail.conf");
    Files.writeString(
        conf,
        "dns.servers = [\"127.0.0.1:%1$d\"]\nkeys.name-server-port = %1$d\nlisten.reception = []\n"
            .formatted(port),
        StandardOpenOption.APPEND);

    Path names = Files.createDirectories(directory.resolve("names"));
    Files.writeString(
        names.resolve("example.org"), START + "ns.example.org. IN A 127.0.0.1\n" + made.out());
    Files.writeString(names.resolve("org"), START + "example IN NS ns.example.org.\n");
    Files.writeString(names.resolve("reverse"), START + "25 IN PTR mail.example.org.\n");
    Files.writeString(
        names.resolve("named.conf"),
        """
        options { directory "%s"; pid-file none; session-keyfile none; recursion no; notify no;
          listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; };
        controls { };
        zone "example.org" { type primary; file "example.org"; };
        zone "org" { type primary; file "org"; };
        zone "2.0.192.in-addr.arpa" { type primary; file "reverse"; };
        """
            .formatted(names, port));
    Process named =
        new ProcessBuilder("/usr/sbin/named", "-g", "-c", names.resolve("named.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(names.resolve("log").toFile())
            .start();
    try {
      CommandRun watch = run("dns", "watch", "-c", conf.toString(), "--address", "192.0.2.25");
      assertEquals(Facteur.OK, watch.code(), watch.out() + watch.err());
      assertTrue(
          watch.out().contains("ok         TXT   nov2026._domainkey.example.org"), watch.out());
      CommandRun elsewhere = watch("192.0.2.26", conf);
      assertEquals(Facteur.PROBLEM, elsewhere.code(), elsewhere.out() + elsewhere.err());
      assertTrue(elsewhere.out().contains("missing    A     mail.example.org: "), elsewhere.out());
      assertTrue(
          elsewhere.out().endsWith("mail.example.org. 3600 IN A 192.0.2.26\n"), elsewhere.out());
      sign(home, conf, names);
      CommandRun doctor = run("doctor", "-c", conf.toString(), "--offline");
      assertEquals(Facteur.OK, doctor.code(), doctor.out() + doctor.err());
      for (String check : new String[] {"mx", "spf", "dkim", "dmarc", "reverse", "tlsrpt"}) {
        assertTrue(doctor.out().contains("ok       " + check + ": "), check + doctor.out());
      }
    } finally {
      named.destroy();
      assertTrue(named.waitFor(60, TimeUnit.SECONDS));
    }
  }

  /// What the running server does by itself.
  private static void sign(Path home, Path conf, Path names) throws Exception {
    Settings settings =
        switch (Reference.loader(Map.of(), Optional.empty()).load(conf)) {
          case LoadedSettings.Good(Settings read) -> read;
          case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
        };
    Resolver resolver = resolver(ResolverSettings.from(settings).servers());
    Path keys = home.resolve("data/keys");
    // The journal of setup was written at another time than ours.
    var keeping =
        new KeyWiring(
            KeySettings.from(settings),
            keys,
            resolver,
            DkimCrypto.standard(),
            new SecureRandom(),
            () -> CommandRun.NOW.plus(Duration.ofMillis(System.nanoTime() / 1_000_000)));
    var journal = KeyWiring.journal(keys);
    var life =
        new KeyLife(
            keeping.parts(journal, _ -> {}, (_, _) -> Optional.empty(), _ -> true),
            KeySettings.from(settings),
            "test");
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (journal.read().active(ORG).isEmpty()) {
      assertTrue(Instant.now().isBefore(end), () -> journal(keys) + "\n" + journal(names));
      if (resolver.lookup(ORG, RecordType.SOA) instanceof Answer.Records<?>) {
        life.advance(ORG);
      }
      Thread.sleep(200);
    }
  }

  private static String journal(Path directory) {
    try {
      Path journal = directory.resolve("journal");
      return Files.readString(Files.exists(journal) ? journal : directory.resolve("log"));
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
