package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image, made of the package, where no container engine runs: buildah builds it, and its
/// containers have namespaces.
@Tag("long")
@RequiresProgram({
  Program.DPKG,
  Program.BUILDAH,
  Program.DEBOOTSTRAP,
  Program.BIND,
  Program.POSTFIX,
  Program.SWAKS,
  Program.PYTHON_DKIM
})
class ImageTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final String IMAGE = "localhost/facteur-it";
  private static final String OWNER = "10025";
  private static final Pattern PASSWORD = Pattern.compile("(?m)^ {4}\\S+: (\\S+)$");

  @TempDir private Path directory;

  @BeforeAll
  static void build() throws IOException {
    docker(
            "build",
            "--engine",
            "buildah",
            "--base-from",
            "debootstrap",
            "--tag",
            IMAGE,
            "--package",
            BuiltPackage.server(BuiltPackage.build()).toString())
        .succeeded();
  }

  private static Command docker(String script, String... options) throws IOException {
    var line = new ArrayList<>(List.of(PROJECT.resolve("docker").resolve(script).toString()));
    line.addAll(List.of(options));
    return Command.patiently(line.toArray(String[]::new));
  }

  @Test
  void theImageHasNoCompilerAndRunsAsAnOrdinaryUser() throws IOException {
    String settings = Command.run("buildah", "inspect", "--type", "image", IMAGE).succeeded();
    for (String word :
        List.of("\"User\": \"facteur\"", "\"/usr/bin/facteur\"", "\"Healthcheck\"", "\"status\"")) {
      assertTrue(settings.contains(word), word);
    }
    try (var container = new Container(Optional.empty())) {
      Command found = container.run(Map.of(), "find /usr /opt /bin -name javac -o -name mvn");
      assertEquals("", found.succeeded());
      assertTrue(container.run(Map.of(), "facteur version").succeeded().startsWith("Facteur "));
    }
  }

  @Test
  void fromNothingToTheFirstSignedMailAndToTheNextSelector() throws Exception {
    PeerDirectory zoneFiles = PeerDirectory.make();
    try (var hosts =
            LinkedHosts.start(
                Map.of(
                    "ours",
                    "192.0.2.10",
                    "friends",
                    Correspondent.ADDRESS,
                    "names",
                    LinkedHosts.NAMES));
        var friends = Correspondent.make(hosts);
        var container = new Container(Optional.of(hosts))) {
      TrialZones zones =
          TrialZones.start(
              hosts,
              zoneFiles,
              "asso.test",
              friends.records(),
              "10.2.0.192.in-addr.arpa. PTR mail.asso.test.\n");
      friends.start();
      hosts
          .run("ours", "sh", "-c", "echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start")
          .succeeded();
      Command setup =
          container.run(
              Map.of(), "facteur setup asso.test --yes --address 192.0.2.10 2>/etc/facteur/said");
      String zone = setup.succeeded();
      Matcher password = PASSWORD.matcher(Files.readString(container.settings().resolve("said")));
      assertTrue(password.find(), zone);
      Files.copy(zones.trustAnchor(), container.settings().resolve("root.ds"));
      Files.writeString(
          container.settings().resolve("mail.conf"),
          Files.readString(container.settings().resolve("mail.conf"))
              + "dns.trust-anchors = /etc/facteur/root.ds\n"
              + "domains.\"asso.test\".dkim.selector = written\n");

      for (String selector : List.of("jan2026", "jul2026")) {
        Map<String, String> chosen = Map.of("DKIM_SELECTOR", selector);
        zone +=
            container
                .run(Map.of(), "facteur dkim generate asso.test --selector " + selector + " 2>&1")
                .succeeded()
                .lines()
                .filter(
                    line ->
                        line.contains("._domainkey.")
                            || line.strip().startsWith("\"")
                            || line.strip().equals(")"))
                .reduce("", (all, line) -> all + line + "\n");
        zones.load(zone);
        Command check = container.run(chosen, "facteur check");
        assertTrue(check.output().contains("DKIM_SELECTOR says " + selector), check::toString);
        container.start(chosen);
        Await.until(
            () -> container.said(),
            () -> container.run(Map.of(), "facteur status --quiet").exitCode() == 0);
        String said = container.said();
        assertTrue(said.contains("DKIM_SELECTOR says " + selector), said);
        InstallationTest.send(hosts, password.group(1), selector);
        Mail arrived = friends.carol().awaitWith("Subject: " + selector);
        assertTrue(
            arrived.fields("DKIM-Signature").stream()
                .anyMatch(s -> s.contains("s=" + selector + ";")),
            arrived::text);
        assertFalse(
            Command.run(
                    Program.PYTHON.path(),
                    ClientsTest.resource("verify.py").toString(),
                    arrived.write(directory.resolve("arrived")).toString(),
                    zones.keys(arrived, directory.resolve("keys")).toString())
                .succeeded()
                .contains("False"));
        Command reload = container.run(Map.of(), "facteur reload");
        assertTrue(reload.output().contains("DKIM_SELECTOR"), reload::toString);
        container.run(Map.of(), "facteur stop").succeeded();
        container.ended();
      }
    } finally {
      zoneFiles.delete();
    }
  }

  @Test
  void bothServersOfTheTrialHearOfEachOther() throws IOException {
    Command trial = docker("trial", "--base-from", "debootstrap");
    assertTrue(
        trial.succeeded().contains("dkim=pass spf=pass dmarc=pass on both sides"), trial::output);
    assertTrue(trial.output().contains("alice@asso.test reads it by IMAP"), trial::output);
  }

  /// A container with volumes for settings and data.
  private final class Container implements AutoCloseable {
    private final Optional<LinkedHosts> hosts;
    private final String name;
    private Optional<Process> server = Optional.empty();

    Container(Optional<LinkedHosts> hosts) throws IOException {
      this.hosts = hosts;
      name = Command.run("buildah", "from", "--pull=never", IMAGE).succeeded().strip();
      for (String volume : List.of("data", "keys", "mail")) {
        Command.run("buildah", "config", "--volume", "/var/lib/facteur/" + volume + "-", name)
            .succeeded();
      }
      for (Path volume : List.of(settings(), directory.resolve("data"))) {
        Files.createDirectories(volume);
        Command.run("chown", OWNER + ":" + OWNER, volume.toString()).succeeded();
      }
    }

    Path settings() {
      return directory.resolve("settings");
    }

    private List<String> line(Map<String, String> environment, String script) {
      var line = new ArrayList<String>();
      line.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
      line.addAll(List.of("buildah", "run", "--isolation", "chroot"));
      environment.forEach((key, value) -> line.addAll(List.of("--env", key + "=" + value)));
      line.addAll(List.of("--volume", settings() + ":/etc/facteur"));
      line.addAll(List.of("--volume", directory.resolve("data") + ":/var/lib/facteur/data"));
      line.addAll(List.of(name, "--", "/bin/sh", "-c", script));
      return hosts.map(h -> h.on("ours", line.toArray(String[]::new))).orElse(line);
    }

    Command run(Map<String, String> environment, String script) throws IOException {
      return Command.patiently(line(environment, script).toArray(String[]::new));
    }

    void start(Map<String, String> environment) throws IOException {
      server =
          Optional.of(
              new ProcessBuilder(line(environment, "exec facteur run"))
                  .redirectErrorStream(true)
                  .redirectOutput(
                      ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
                  .start());
    }

    String said() throws IOException {
      return Files.readString(directory.resolve("log"));
    }

    void ended() throws Exception {
      // The exit code is that of buildah, which may trip over what a command beside it tidied away.
      server.orElseThrow().waitFor();
      assertTrue(said().strip().contains("Server stopped"), said());
      Files.delete(directory.resolve("log"));
      server = Optional.empty();
    }

    @Override
    public void close() throws IOException {
      server.ifPresent(Command::stop);
      Command.run("buildah", "rm", name);
    }
  }
}
