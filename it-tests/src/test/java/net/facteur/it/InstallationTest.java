package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// From the package to the first signed message and the answer to it: three machines, of which one
/// has a signed DNS, one the Postfix of a correspondent, and one nothing yet. Each test prints how
/// long it took.
@RequiresProgram({
  Program.DPKG,
  Program.BIND,
  Program.POSTFIX,
  Program.SWAKS,
  Program.OPENSSL,
  Program.PYTHON_DKIM
})
class InstallationTest {
  private static final String ADDRESS = "192.0.2.10";
  private static final String US = "admin@asso.test";
  private static final String THEM = "carol@friends.test";
  private static final Pattern PASSWORD = Pattern.compile("(?m)^ {4}\\S+: (\\S+)$");

  private static Path built = Path.of("");
  @TempDir private Path directory;

  @BeforeAll
  static void build() throws IOException {
    built = BuiltPackage.build();
  }

  /// The machine that has nothing yet.
  private interface Bare {
    /// Its root.
    Path root();

    /// What its root is called by who works there.
    String seen();

    Command run(String script) throws IOException;

    /// Brings the program there.
    void install() throws IOException;

    /// Starts the server, which is ready then.
    void start() throws Exception;
  }

  @Test
  void unpackedWithFiveAnswers() throws Exception {
    try (var hosts = hosts()) {
      trial("unpacked", hosts, new Unpacked(hosts, directory.resolve("root")));
    }
  }

  @ParameterizedTest
  @CsvSource({"bookworm, deb", "trixie, deb", "bookworm, tar", "trixie, tar"})
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void installedOnAMachineThatHasNothing(String release, String form) throws Exception {
    try (var hosts = hosts();
        var machine = DebianTree.fresh(release, directory)) {
      machine.boot(hosts.network("ours"));
      Files.copy(
          hosts.resolvers(),
          machine.path().resolve("etc/resolv.conf"),
          StandardCopyOption.REPLACE_EXISTING);
      trial(release + ", " + form, hosts, new Booted(machine, form.equals("tar")));
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram({Program.DEBOOTSTRAP, Program.PEBBLE})
  void theCertificateComesOnceTheTermsAreAgreedTo() throws Exception {
    PeerDirectory authority = PeerDirectory.make();
    try (var hosts = hosts();
        var machine = DebianTree.fresh("bookworm", directory)) {
      machine.boot(hosts.network("ours"));
      Files.copy(
          hosts.resolvers(),
          machine.path().resolve("etc/resolv.conf"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.copy(authority(hosts, authority), machine.path().resolve("authority.pem"));
      var bare = new Booted(machine, false);
      trial(
          "bookworm, deb, acme",
          hosts,
          bare,
          " --acme",
          "yes",
          """
          acme { directory = "https://acme.test:14000/dir", authorities = /authority.pem }
          """);
      Await.until(
          () -> bare.run("facteur tls status; journalctl -u facteur").output(),
          () ->
              hosts
                  .run(
                      "friends",
                      Program.OPENSSL.path(),
                      "s_client",
                      "-starttls",
                      "smtp",
                      "-connect",
                      ADDRESS + ":25")
                  .output()
                  .contains("Pebble Intermediate CA"));
    } finally {
      authority.delete();
    }
  }

  /// Starts Pebble as `acme.test`.
  ///
  /// @return the certificate that it shows itself
  private static Path authority(LinkedHosts hosts, PeerDirectory directory) throws IOException {
    Path certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    Command.run(
            Program.OPENSSL.path(),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-days",
            "30",
            "-subj",
            "/CN=acme.test",
            "-addext",
            "subjectAltName=DNS:acme.test",
            "-keyout",
            key.toString(),
            "-out",
            certificate.toString())
        .succeeded();
    Path settings =
        Files.writeString(
            directory.resolve("config.json"),
            """
            { "pebble": {
              "listenAddress": "%1$s:14000", "managementListenAddress": "%1$s:15000",
              "certificate": "%2$s", "privateKey": "%3$s", "httpPort": 80, "tlsPort": 443,
              "ocspResponderURL": "", "externalAccountBindingRequired": false
            } }
            """
                .formatted(LinkedHosts.NAMES, certificate, key));
    hosts.start(
        "pebble",
        directory.path(),
        Map.of("PEBBLE_VA_NOSLEEP", "1"),
        hosts.on(
            "names",
            Program.PEBBLE.path(),
            "-config",
            settings.toString(),
            "-dnsserver",
            LinkedHosts.NAMES + ":53"));
    return certificate;
  }

  private static LinkedHosts hosts() throws IOException {
    return LinkedHosts.start(
        Map.of("ours", ADDRESS, "friends", Correspondent.ADDRESS, "names", LinkedHosts.NAMES));
  }

  private void trial(String name, LinkedHosts hosts, Bare machine) throws Exception {
    trial(name, hosts, machine, "", "", "");
  }

  /// @param options of setup
  /// @param answer to a question of setup that only those lead to
  /// @param settings that are added to what setup writes
  private void trial(
      String name, LinkedHosts hosts, Bare machine, String options, String answer, String settings)
      throws Exception {
    PeerDirectory zoneFiles = PeerDirectory.make();
    try (var friends = Correspondent.make(hosts)) {
      TrialZones zones =
          TrialZones.start(
              hosts,
              zoneFiles,
              "asso.test",
              friends.records(),
              """
              10.2.0.192.in-addr.arpa. PTR mail.asso.test.
              20.2.0.192.in-addr.arpa. PTR mx.friends.test.
              """);
      friends.start();
      Files.createDirectories(machine.root());
      Files.copy(zones.trustAnchor(), machine.root().resolve("root.ds"));
      Files.writeString(
          machine.root().resolve("more"),
          "dns.trust-anchors = \"" + machine.seen() + "/root.ds\"\n" + settings);

      long begin = System.nanoTime();
      machine.install();
      long installed = System.nanoTime();
      machine
          .run(
              "printf 'asso.test\\n\\n\\n\\n"
                  + answer
                  + "\\n' | facteur setup"
                  + options
                  + " >\"$ROOT/zone\" 2>\"$ROOT/said\"; cat \"$ROOT/said\"")
          .succeeded();
      long setUp = System.nanoTime();
      String records = Files.readString(machine.root().resolve("zone"));
      Matcher password = PASSWORD.matcher(Files.readString(machine.root().resolve("said")));
      assertTrue(password.find(), records);
      zones.load(records);
      machine.run("cat \"$ROOT/more\" >>\"$FACTEUR_CONF\"").succeeded();
      long loaded = System.nanoTime();
      machine.start();
      long started = System.nanoTime();
      Await.until(
          () -> machine.run("facteur dkim list --history").output(),
          () -> machine.run("facteur dkim list --json").output().contains("\"state\":\"active\""));
      send(hosts, password.group(1), "first");
      Mail arrived = friends.carol().awaitWith("Subject: first");
      long end = System.nanoTime();
      System.out.printf(
          "%s: signed after %.1f s (installed %.1f, set up %.1f, zone %.1f, started %.1f, sent"
              + " %.1f)%n",
          name,
          seconds(begin, end),
          seconds(begin, installed),
          seconds(installed, setUp),
          seconds(setUp, loaded),
          seconds(loaded, started),
          seconds(started, end));
      assertEquals(
          "rsa-sha256 True\ned25519-sha256 True\n",
          Command.run(
                  Program.PYTHON.path(),
                  ClientsTest.resource("verify.py").toString(),
                  arrived.write(directory.resolve("arrived")).toString(),
                  zones.keys(arrived, directory.resolve("keys")).toString())
              .succeeded());
      String why = machine.run("facteur why " + THEM).succeeded();
      assertTrue(why.contains("got dane"), why);

      friends.send(Mail.of(THEM, US, "answer", "Hello yourself"), US);
      Mail back = mailbox(machine.root()).awaitWith("Subject: answer");
      assertTrue(back.verdict("mail.asso.test").contains("spf=pass"), back::text);
    } finally {
      zoneFiles.delete();
    }
  }

  private static double seconds(long from, long to) {
    return Duration.ofNanos(to - from).toMillis() / 1000.0;
  }

  /// Hands in a message at our port 587.
  static void send(LinkedHosts hosts, String password, String subject) throws IOException {
    hosts
        .run(
            "friends",
            Program.SWAKS.path(),
            "--server",
            ADDRESS,
            "--port",
            "587",
            "--tls",
            "--auth-user",
            US,
            "--auth-password",
            password,
            "--from",
            US,
            "--to",
            THEM,
            "--header",
            "Subject: " + subject)
        .succeeded();
  }

  private static Maildir mailbox(Path root) {
    return new Maildir(root.resolve("var/lib/facteur/mail/asso.test/admin/Maildir"));
  }

  /// The files of the package below a directory of this machine, which lends the rest.
  private record Unpacked(LinkedHosts hosts, Path root) implements Bare {
    @Override
    public String seen() {
      return root.toString();
    }

    private Map<String, String> environment() {
      return Map.of(
          "ROOT", root.toString(),
          "FACTEUR_CONF", root.resolve("etc/facteur/mail.conf").toString(),
          "FACTEUR_DATA", root.resolve("var/lib/facteur").toString(),
          "PATH", root.resolve("usr/bin") + ":/usr/sbin:/usr/bin:/sbin:/bin");
    }

    private List<String> line(String script) {
      var line = new ArrayList<>(List.of("env"));
      environment().forEach((name, value) -> line.add(name + "=" + value));
      line.addAll(List.of("LC_ALL=C.UTF-8", "sh", "-ec", script));
      return hosts.on("ours", line.toArray(String[]::new));
    }

    @Override
    public Command run(String script) throws IOException {
      return Command.patiently(line(script).toArray(String[]::new));
    }

    @Override
    public void install() throws IOException {
      Command.run("dpkg-deb", "-x", BuiltPackage.server(built).toString(), root.toString())
          .succeeded();
      Files.createDirectories(root.resolve("var/lib/facteur"));
    }

    @Override
    public void start() throws Exception {
      hosts.start("facteur", root, Map.of(), line("exec facteur run"));
      Await.until(
          () -> hosts.said("facteur"),
          () -> run("bash -c 'exec 3<>/dev/tcp/127.0.0.1/587'").exitCode() == 0);
    }
  }

  private record Booted(DebianTree machine, boolean archive) implements Bare {
    @Override
    public Path root() {
      return machine.path();
    }

    @Override
    public String seen() {
      return "";
    }

    @Override
    public Command run(String script) throws IOException {
      return machine.run("export ROOT= FACTEUR_CONF=/etc/facteur/mail.conf; " + script);
    }

    @Override
    public void install() throws IOException {
      if (archive) {
        machine.bring(List.of(BuiltPackage.archive(built)));
        run("cd /root; tar -xzf facteur-*.tar.gz; facteur-*/install").succeeded();
      } else {
        machine.bring(List.of(BuiltPackage.server(built)));
        run("apt-get install -y /root/facteur_*.deb").succeeded();
      }
    }

    @Override
    public void start() throws IOException {
      run("systemctl enable --now facteur").succeeded();
    }
  }
}
