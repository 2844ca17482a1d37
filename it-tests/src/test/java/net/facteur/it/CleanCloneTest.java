package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What README tells a newcomer to type, in a clean clone of this commit on a Debian that has
/// nothing but its base and git: the line that installs what the build needs, as root; the two
/// commands, as an ordinary user; the package, as both. Each prints how long it took. All that is
/// fetched comes from where the settings of this machine say.
@Tag("long")
@RequiresProgram({Program.DEBOOTSTRAP, Program.GIT})
class CleanCloneTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();

  /// Answers the question of apt.
  private static final String YES = "APT::Get::Assume-Yes \"true\";\n";

  private static final String INSTALL = "apt-get install openjdk-25-jdk maven";

  /// Looks at the last message, and types Ctrl-C once the demonstration asks for that.
  private static final String DEMO =
      """
      touch ../demo
      (
        until grep -q 'stay up until Ctrl-C' ../demo; do
          sleep 0.5
        done
        ./facteur demo --show >../shown
        kill -INT "$(cat ../pid)"
      ) &
      # Whoever starts this in the background ignores Ctrl-C, and all that it starts, too.
      sh -c 'echo $$ >../pid; exec env --default-signal=INT ./facteur demo' >../demo \\
        && code=0 || code=$?
      cat ../demo
      [ $code = 130 ]
      wait $!
      """;

  private static final String GIT = Program.GIT.path();
  private static List<String> readme = List.of();

  /// What a package may have to download, in octets.
  private static final long LARGEST = 90_000_000;

  @TempDir private Path directory;

  @BeforeAll
  static void read() throws IOException {
    readme = DocumentedLines.in(Path.of("README.md"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bookworm", "trixie"})
  void theDemonstrationPrintsASignedMailAndThePackageIsInstalled(String release)
      throws IOException {
    assertTrue(readme.contains("./facteur demo"), readme::toString);
    assertTrue(readme.contains("docker/package"), readme::toString);
    assertTrue(readme.contains("apt install ./docker/target/facteur_*.deb"), readme::toString);
    try (var machine = DebianTree.fresh(release, directory)) {
      prepare(release, machine);
      String demo = timed(release, "demo with its build", machine, typed(DEMO));
      assertTrue(demo.contains("signed       by trial (rsa-sha256), trial-ed"), demo);
      assertTrue(demo.contains("ok           every check passed"), demo);
      String shown = Files.readString(machine.path().resolve("home/ada/shown"));
      assertTrue(shown.contains("DKIM-Signature: "), shown);
      String once = timed(release, "demo --once", machine, typed("./facteur demo --once"));
      assertTrue(once.contains("ok           every check passed"), once);

      timed(release, "docker/package", machine, typed("docker/package"));
      long size =
          Files.size(BuiltPackage.server(machine.path().resolve("home/ada/facteur/docker/target")));
      assertTrue(size < LARGEST, () -> size + " octets");
      timed(
          release,
          "the package",
          machine,
          "cd /home/ada/facteur; apt install ./docker/target/facteur_*.deb");
      String version = machine.enter("runuser -u ada facteur version").succeeded();
      String commit = machine.enter(typed("git rev-parse HEAD")).succeeded();
      assertTrue(version.contains("(" + commit.substring(0, 10) + ")"), version);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bookworm", "trixie"})
  void theTestsPass(String release) throws IOException {
    assertTrue(readme.contains("mvn verify"), readme::toString);
    try (var machine = DebianTree.fresh(release, directory)) {
      prepare(release, machine);
      String tests = timed(release, "mvn verify", machine, typed("mvn -B -ntp verify"));
      assertTrue(tests.contains("BUILD SUCCESS"), tests);
    }
  }

  private static void prepare(String release, DebianTree machine) throws IOException {
    assertTrue(readme.contains(INSTALL), readme::toString);
    lend(machine);
    timed(release, "git", machine, "apt-get update -q; apt-get install git python3 binutils");
    timed(release, "what the build needs", machine, install(release, machine));
    bringClone(machine);
  }

  /// Debian 12 has no Java 25: README says to unpack one, which here is the Java of this test.
  private static String install(String release, DebianTree machine) throws IOException {
    if (release.equals("trixie")) {
      return INSTALL;
    }
    Command.patiently(
            "cp",
            "-aL",
            System.getProperty("java.home"),
            machine.path().resolve("opt/jdk-25").toString())
        .succeeded();
    return INSTALL.replace(" openjdk-25-jdk", "");
  }

  /// How this machine reaches Debian and Maven Central, for root and for the newcomer.
  private static void lend(DebianTree machine) throws IOException {
    Path settings = machine.path().resolve("etc/apt/apt.conf.d");
    Files.writeString(settings.resolve("yes"), YES);
    copy(Path.of("/etc/apt/apt.conf.d"), ".*proxy.*", settings);
    copy(
        Path.of("/usr/local/share/ca-certificates"),
        ".*[.]crt",
        machine.path().resolve("usr/local/share/ca-certificates"));
    machine.enter("useradd --create-home --shell /bin/bash ada").succeeded();
    copy(
        Path.of(System.getProperty("user.home"), ".m2"),
        "settings.xml",
        machine.path().resolve("home/ada/.m2"));
  }

  private static void copy(Path from, String names, Path to) throws IOException {
    Files.createDirectories(to);
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().matches(names)).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void bringClone(DebianTree machine) throws IOException {
    Path home = machine.path().resolve("home/ada");
    Command.run(
            GIT,
            "-C",
            PROJECT.toString(),
            "bundle",
            "create",
            home.resolve("facteur.bundle").toString(),
            "HEAD")
        .succeeded();
    machine
        .enter(
            "chown -R ada: /home/ada; cd /home/ada;"
                + " runuser -u ada -- git clone -q facteur.bundle facteur")
        .succeeded();
  }

  /// Typed by the newcomer, in the directory of the clone.
  private static String typed(String lines) {
    return "export HOME=/home/ada; cd /home/ada/facteur; runuser -u ada -- sh -ec " + quoted(lines);
  }

  private static String quoted(String line) {
    return "'" + line.replace("'", "'\\''") + "'";
  }

  /// What the lines say, which succeed.
  private static String timed(String release, String what, DebianTree machine, String lines)
      throws IOException {
    long begin = System.nanoTime();
    String said = machine.enter(lines).succeeded();
    System.out.printf(
        "%s: %s: %.0f s%n",
        release, what, Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0);
    return said;
  }
}
