package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packages: what they hold, and what they do to machines that have nothing yet. The machines
/// are trees made by debootstrap, whose systemd runs in namespaces.
///
/// `-Dpackage.earlier=DIRECTORY` takes packages of an earlier version from there; else they are
/// built of the commit before.
@RequiresProgram({Program.DPKG, Program.PERL})
class PackageTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final Path DEBIAN = Path.of("src/test/resources/debian").toAbsolutePath();
  private static final String PURGE = "facteur facteur/purge-data boolean true";

  /// What an upgrade promises.
  private static final long MOST_CLOSED_MILLISECONDS = 10_000;

  private static Path built = Path.of("");
  @TempDir private Path directory;

  @BeforeAll
  static void build() throws IOException {
    built = BuiltPackage.build();
  }

  private static String script(String name) throws IOException {
    return Files.readString(DEBIAN.resolve(name));
  }

  @Test
  void thePackagesSayWhatTheyAre() throws Exception {
    String server =
        Command.run("dpkg-deb", "-f", BuiltPackage.server(built).toString()).succeeded();
    for (String none : List.of("Conflicts", "Provides", "Replaces")) {
      assertTrue(!server.contains(none), server);
    }
    String mta = Command.run("dpkg-deb", "-f", BuiltPackage.mta(built).toString()).succeeded();
    for (String field : List.of("Provides", "Conflicts", "Replaces")) {
      assertTrue(mta.contains(field + ": mail-transport-agent\n"), mta);
    }
    String files = Command.run("dpkg-deb", "-c", BuiltPackage.server(built).toString()).succeeded();
    for (String file :
        List.of(
            "/usr/bin/facteur -> ../lib/facteur/facteur",
            "/etc/facteur/mail.conf",
            "/usr/lib/systemd/system/facteur.service",
            "/usr/lib/systemd/system/facteur.socket",
            "/usr/lib/sysusers.d/facteur.conf",
            "/usr/lib/tmpfiles.d/facteur.conf",
            "/usr/share/man/man1/facteur.1.gz",
            "/usr/share/man/man1/facteur-dkim-generate.1.gz",
            "/usr/share/man/man5/mail.conf.5.gz",
            "/usr/share/bash-completion/completions/facteur",
            "/usr/share/doc/facteur/changelog.gz",
            "/usr/share/doc/facteur/copyright")) {
      assertTrue(files.contains("." + file + "\n"), file);
    }
    Path tree = directory.resolve("tree");
    Command.run("dpkg-deb", "-x", BuiltPackage.server(built).toString(), tree.toString())
        .succeeded();
    Command version = Command.run(tree.resolve("usr/lib/facteur/facteur").toString(), "version");
    assertTrue(version.succeeded().startsWith("Facteur "), version::toString);
    Path home = tree.resolve("usr/lib/facteur");
    Command commands = Command.run(home.resolve("facteur").toString(), "--help");
    assertTrue(commands.succeeded().contains("demo"), commands::toString);
    Files.delete(home.resolve("lib/facteur-demo.jar"));
    Command without = Command.run(home.resolve("facteur").toString(), "--help");
    assertTrue(!without.succeeded().contains("demo"), without::toString);
  }

  @Test
  void theScriptOfTheArchiveUndoesItselfOnFailureAndKeepsSettings() throws Exception {
    Path archive = BuiltPackage.archive(built);
    Command.run("tar", "-xzf", archive.toString(), "-C", directory.toString()).succeeded();
    Path tree = BuiltPackage.one(directory, "facteur-.*");
    Path root = Files.createDirectory(directory.resolve("root"));
    String nothing = snapshot(root);
    Path obstacle = root.resolve("usr/share/man/man5/mail.conf.5.gz/in the way");
    Files.createDirectories(obstacle);
    String blocked = snapshot(root);
    assertNotEquals(nothing, blocked);
    assertEquals(1, install(tree, root).exitCode());
    assertEquals(blocked, snapshot(root));
    Command.run("rm", "-r", root.resolve("usr").toString()).succeeded();

    install(tree, root, "--with-sendmail").succeeded();
    Path settings = root.resolve("etc/facteur/mail.conf");
    Files.writeString(settings, "hostname = mail.example.org\n");
    Files.createFile(tree.resolve("usr/share/newer"));
    Path another = Files.createDirectories(root.resolve("usr/share/newer/in the way"));
    String installed = snapshot(root);
    assertEquals(1, install(tree, root).exitCode());
    assertEquals(installed, snapshot(root));

    Files.delete(another);
    Files.delete(root.resolve("usr/share/newer"));
    install(tree, root).succeeded();
    assertEquals("hostname = mail.example.org\n", Files.readString(settings));
    assertTrue(Files.exists(root.resolve("usr/sbin/sendmail")), "it was asked for once");
    install(tree, root, "--remove").succeeded();
    try (Stream<Path> left = Files.walk(root)) {
      assertEquals(List.of(settings), left.filter(Files::isRegularFile).toList());
    }
  }

  private static Command install(Path tree, Path root, String... more) throws IOException {
    return Command.patiently(
        Stream.concat(
                Stream.of("env", "DESTDIR=" + root, tree.resolve("install").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /// Names, modes and content of everything.
  private static String snapshot(Path root) throws IOException {
    return Command.patiently(
            "sh",
            "-ec",
            "cd \"$0\"; find . -printf '%p %M %l\\n"
                + "' | sort; find . -type f | sort | xargs -r -d '\\n"
                + "' md5sum",
            root.toString())
        .succeeded();
  }

  @Test
  @Tag("long")
  void aSecondBuildGivesTheSameOctets() throws Exception {
    Path again = Files.createDirectory(directory.resolve("again"));
    Path first = Files.createDirectory(directory.resolve("first"));
    BuiltPackage.build(PROJECT, first);
    BuiltPackage.build(PROJECT, again);
    for (String name : List.of("facteur_.*", "facteur-mta_.*", ".*[.]tar[.]gz")) {
      assertEquals(
          -1, Files.mismatch(BuiltPackage.one(first, name), BuiltPackage.one(again, name)), name);
    }
  }

  /// The runtime is that of this machine, but for the architecture in the headers of its programs.
  @Test
  @Tag("long")
  void aRuntimeOfAnotherArchitectureMakesAPackageForIt() throws Exception {
    String ours = Command.run("uname", "-m").succeeded().strip();
    String other = ours.equals("x86_64") ? "arm64" : "amd64";
    Path runtime = directory.resolve("runtime");
    Command.run("cp", "-a", PROJECT.resolve("docker/target/runtime").toString(), runtime.toString())
        .succeeded();
    Path out = Files.createDirectory(directory.resolve("out"));
    List<String> line =
        List.of(
            PROJECT.resolve("docker/package").toString(),
            "--quick",
            "--arch",
            other,
            "--runtime",
            runtime.toString(),
            "--out",
            out.toString());
    Command refused = Command.patiently(line.toArray(String[]::new));
    assertEquals(1, refused.exitCode(), refused::toString);
    assertTrue(refused.output().contains("not for " + other), refused::toString);

    try (Stream<Path> files = Files.walk(runtime)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] octets = Files.readAllBytes(file);
        if (octets.length > 18 && octets[0] == 0x7f && octets[1] == 'E') {
          octets[18] = (byte) (other.equals("arm64") ? 0xb7 : 0x3e); // e_machine
          Files.write(file, octets);
        }
      }
    }
    Command.patiently(line.toArray(String[]::new)).succeeded();
    Path made = BuiltPackage.server(out);
    assertEquals(
        other, Command.run("dpkg-deb", "-f", made.toString(), "Architecture").succeeded().strip());
    String files = Command.run("dpkg-deb", "-c", made.toString()).succeeded();
    String jar = other.equals("arm64") ? "-linux-aarch_64.jar" : "-linux-x86_64.jar";
    assertTrue(files.contains(jar), files);
    assertTrue(!files.contains("-linux-" + ours.replace("aarch64", "aarch_64") + ".jar"), files);
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.LINTIAN)
  void lintianFindsNoErrors() throws Exception {
    for (Path each : List.of(BuiltPackage.server(built), BuiltPackage.mta(built))) {
      Command lintian = Command.patiently(Program.LINTIAN.path(), "--allow-root", each.toString());
      assertTrue(!lintian.succeeded().contains("E: "), lintian::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bookworm", "trixie"})
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void aMachineThatHasNothingYet(String release) throws Exception {
    try (var machine = DebianTree.fresh(release, directory)) {
      machine.bring(List.of(BuiltPackage.server(built), BuiltPackage.mta(built)));
      String programs = "cron php-cli git git-email libmailtools-perl mutt bsd-mailx logwatch";
      machine
          .enter(
              "apt-get update -q; apt-get install -y --no-install-recommends /root/facteur_*.deb;"
                  + " apt-get install -y --no-install-recommends /root/facteur-mta_*.deb "
                  + programs)
          .succeeded();
      machine.boot();
      assertEquals(
          """
          700 facteur facteur /var/lib/facteur
          755 facteur facteur /var/cache/facteur
          3733 facteur facteur /var/spool/facteur/drop
          750 root facteur /etc/facteur
          640 root facteur /etc/facteur/mail.conf
          """,
          machine
              .run(
                  "stat -c '%a %U %G %n' /var/lib/facteur /var/cache/facteur"
                      + " /var/spool/facteur/drop /etc/facteur /etc/facteur/mail.conf")
              .succeeded());
      machine.run("ls /var/cache/facteur/run.aot /var/cache/facteur/command.aot").succeeded();
      assertTrue(machine.run("systemctl is-enabled facteur || true").output().contains("disabled"));
      assertTrue(machine.run("systemctl is-active facteur || true").output().contains("inactive"));
      for (String unit : List.of("facteur", "facteur-cache")) {
        String exposure = machine.run("systemd-analyze security " + unit).succeeded();
        double level =
            Double.parseDouble(
                exposure.replaceFirst("(?s).*exposure level for [^:]*: ([0-9.]+).*", "$1"));
        assertTrue(level <= 1.8, exposure);
      }
      machine.run("man -w facteur mail.conf sendmail facteur-queue-list").succeeded();

      machine.run(script("settings")).succeeded();
      whatStartsIsReadyAndWhatCannotSaysWhy(machine);
      assertEquals(9, count("arrived: ", machine.run(script("programs")).succeeded()));
      machine.run("facteur status; systemctl reload facteur; facteur doctor --offline || true");
      // What is missing is made anew at the next start, when nobody else has work to do: the second
      // start of the unit waits until the first has ended.
      machine
          .run(
              "systemctl stop facteur; rm /var/cache/facteur/*; systemctl start facteur;"
                  + " systemctl start facteur-cache; ls /var/cache/facteur/run.aot")
          .succeeded();

      settingsThatTheNewVersionRefusesStopNoServer(machine);
      machine.run("apt-get remove -y facteur facteur-mta").succeeded();
      assertEquals(1, machine.run("command -v facteur").exitCode() & 1);
      machine.run("ls /var/lib/facteur/users /etc/facteur/mail.conf").succeeded();
      machine.run("apt-get purge -y facteur").succeeded();
      machine.run("ls /var/lib/facteur/users").succeeded();
      machine
          .run("dpkg -i /root/facteur_*.deb; facteur user list; ls /var/lib/facteur/keys")
          .succeeded();
      machine.run("echo " + PURGE + " | debconf-set-selections; dpkg -P facteur").succeeded();
      assertTrue(
          machine
              .run(
                  "ls -d /var/lib/facteur /etc/facteur /var/spool/facteur /var/cache/facteur ||"
                      + " true")
              .output()
              .lines()
              .allMatch(line -> line.contains("No such file")));
    }
  }

  private static void settingsThatTheNewVersionRefusesStopNoServer(DebianTree machine)
      throws IOException {
    String process = "systemctl show -P MainPID facteur";
    String before = machine.run(process).succeeded();
    Command upgrade =
        machine.run(
            "cp -a /etc/facteur/mail.conf /root; echo 'alliases {}' >>/etc/facteur/mail.conf;"
                + " dpkg -i /root/facteur_*.deb");
    assertTrue(upgrade.succeeded().contains("alliases"), upgrade::toString);
    assertTrue(upgrade.output().contains("type: systemctl restart facteur"), upgrade::toString);
    assertEquals(before, machine.run(process).succeeded());
    machine.run("mv /root/mail.conf /etc/facteur; dpkg-reconfigure facteur").succeeded();
    machine.run("systemctl is-active facteur").succeeded();
  }

  private static void whatStartsIsReadyAndWhatCannotSaysWhy(DebianTree machine) throws Exception {
    String status = "systemctl show -P StatusText facteur";
    machine
        .run("systemctl start facteur; bash -c 'exec 3<>/dev/tcp/127.0.0.1/2525'; facteur status")
        .succeeded();
    assertEquals("RECEPTION 127.0.0.1:2525\n", machine.run(status).succeeded());
    machine.run("systemctl reload facteur; systemctl is-active facteur").succeeded();
    assertEquals("RECEPTION 127.0.0.1:2525\n", machine.run(status).succeeded());
    // What `check` before the start does not see.
    machine
        .run(
            "systemctl stop facteur; mv /var/lib/facteur/queue/queue.db /root;"
                + " echo nonsense >/var/lib/facteur/queue/queue.db;"
                + " chown facteur: /var/lib/facteur/queue/queue.db")
        .succeeded();
    assertNotEquals(0, machine.run("systemctl start facteur").exitCode());
    Await.until(
        () -> machine.run("systemctl status facteur || true").output(),
        () ->
            machine
                .run("systemctl status facteur || true")
                .output()
                .contains("Status: \"/var/lib/facteur/queue/queue.db: is no database"));
    machine
        .run(
            "systemctl stop facteur; mv /root/queue.db /var/lib/facteur/queue;"
                + " systemctl reset-failed facteur || true")
        .succeeded();
  }

  private static int count(String text, String in) {
    return in.split(text, -1).length - 1;
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void theArchiveDoesTheSameWithoutApt() throws Exception {
    try (var machine = DebianTree.fresh("trixie", directory)) {
      machine.bring(List.of(BuiltPackage.archive(built)));
      machine.boot();
      machine
          .run("cd /root; tar -xzf facteur-*.tar.gz; rm *.gz; facteur-*/install --with-sendmail")
          .succeeded();
      machine.run(script("settings")).succeeded();
      machine
          .run(
              """
              ls /var/cache/facteur/run.aot
              printf 'Subject: before\n\n' | sendmail root
              systemctl enable --now facteur
              """)
          .succeeded();
      Path box = machine.path().resolve("var/lib/facteur/mail");
      Await.until(
          () -> machine.run("journalctl -u facteur").output(),
          () -> Command.run("grep", "-rq", "^Subject: before", box.toString()).exitCode() == 0);
      machine.run("/root/facteur-*/install; systemctl is-active facteur").succeeded();
      machine.run("/root/facteur-*/install --remove").succeeded();
      assertNotEquals(0, machine.run("systemctl is-active facteur").exitCode());
      assertEquals(
          "/etc/facteur/mail.conf\n/var/lib/facteur/users\n",
          machine
              .run(
                  "ls /usr/lib/facteur /usr/sbin/sendmail /usr/bin/facteur"
                      + " /etc/facteur/mail.conf /var/lib/facteur/users 2>/dev/null || true")
              .output());
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void besideARunningPostfixNothingStops() throws Exception {
    try (var machine = DebianTree.fresh("bookworm", directory)) {
      machine.bring(List.of(BuiltPackage.server(built), BuiltPackage.mta(built)));
      machine
          .enter("apt-get update -q; apt-get install -y --no-install-recommends postfix debconf")
          .succeeded();
      machine.boot();
      machine.run("systemctl is-active postfix@-").succeeded();
      machine.run("dpkg -i /root/facteur_*.deb; systemctl is-active postfix@-").succeeded();
      assertTrue(machine.run("dpkg -S /usr/sbin/sendmail").succeeded().contains("postfix"));
      machine.run("apt-get install -y /root/facteur-mta_*.deb").succeeded();
      assertTrue(machine.run("dpkg -S /usr/sbin/sendmail").succeeded().contains("facteur-mta"));
      assertNotEquals(0, machine.run("systemctl is-active postfix@-").exitCode());
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void anUpgradeFromTheCommitBeforeLosesNothing() throws Exception {
    try (var machine = DebianTree.fresh("bookworm", directory)) {
      String before = fullQueue(machine, earlier(), built);
      upgrade(machine);
      assertEquals(before, state(machine));
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.DEBOOTSTRAP)
  void anUpgradeOverAChangeOfTheSchemaLosesNothingAndThereIsNoWayBack() throws Exception {
    Path later = later();
    try (var machine = DebianTree.fresh("bookworm", directory)) {
      String before = fullQueue(machine, built, later);
      int schema = schema(machine);
      upgrade(machine);
      assertEquals(before, state(machine));
      assertEquals(schema + 1, schema(machine));
      String kept = "ls /var/lib/facteur/queue/queue.db.schema-" + schema;
      machine.run(kept).succeeded();

      String data = "cd /var/lib/facteur; find . -type f | sort | xargs md5sum";
      machine.run("systemctl stop facteur").succeeded();
      String newer = machine.run(data).succeeded();
      machine
          .run("apt-get install -y --no-install-recommends --allow-downgrades /root/old/*.deb")
          .succeeded();
      assertNotEquals(0, machine.run("systemctl start facteur").exitCode());
      Await.until(
          () -> machine.run("journalctl -u facteur | tail -n 30").output(),
          () ->
              machine
                  .run("systemctl show -P StatusText facteur")
                  .output()
                  .contains("newer version"));
      machine.run("systemctl stop facteur").succeeded();
      assertEquals(newer, machine.run(data).succeeded());

      machine.run("apt-get install -y --no-install-recommends /root/new/*.deb").succeeded();
      machine.run("systemctl start facteur").succeeded();
      assertEquals(before, state(machine));
      machine.run("systemctl stop facteur").succeeded();
      assertNotEquals(0, machine.run(kept).exitCode());
    }
  }

  /// Installs one package and lets 200 messages wait; the other is at hand in `/root/new`.
  private static String fullQueue(DebianTree machine, Path old, Path fresh) throws Exception {
    Map<String, Path> both = Map.of("old", old, "new", fresh);
    for (var each : both.entrySet()) {
      Path place = Files.createDirectory(machine.path().resolve("root").resolve(each.getKey()));
      for (Path file :
          List.of(BuiltPackage.server(each.getValue()), BuiltPackage.mta(each.getValue()))) {
        Files.copy(file, place.resolve(file.getFileName()));
      }
    }
    machine
        .enter("apt-get update -q; apt-get install -y --no-install-recommends /root/old/*.deb")
        .succeeded();
    machine.boot();
    machine.run(script("settings")).succeeded();
    machine
        .run(
            """
            systemctl start facteur
            for i in $(seq 600); do [ ! -S /run/facteur/sendmail ] || break; sleep 0.1; done
            for i in $(seq 200); do printf 'Subject: %s\\n\\n' $i | sendmail -i x$i@example.net; done
            """)
        .succeeded();
    String state = state(machine);
    assertEquals(200, count("\"id\"", state), state);
    return state;
  }

  /// Installs what is in `/root/new`, and says for how long nobody could connect.
  private static void upgrade(DebianTree machine) throws Exception {
    machine
        .run(
            """
            setsid bash -c 'while [ ! -e /root/enough ]; do
              (exec 3<>/dev/tcp/127.0.0.1/2525) || date +%s%3N
              sleep 0.1
            done' >/root/closed 2>/dev/null </dev/null &
            """)
        .succeeded();
    machine.run("apt-get install -y --no-install-recommends /root/new/*.deb").succeeded();
    machine.run("systemctl is-active facteur; facteur status").succeeded();
    List<Long> closed =
        machine
            .run("touch /root/enough; sleep 0.3; cat /root/closed")
            .succeeded()
            .lines()
            .map(Long::parseLong)
            .toList();
    long milliseconds = closed.isEmpty() ? 0 : closed.getLast() - closed.getFirst();
    // The machine may be busy with other things: then a restart takes longer, too.
    long restart =
        Long.parseLong(
            machine
                .run("a=$(date +%s%3N); systemctl restart facteur; echo $(($(date +%s%3N) - a))")
                .succeeded()
                .strip());
    System.out.printf(
        "nobody could connect for %.1f s, %d times; a restart takes %.1f s%n",
        milliseconds / 1e3, closed.size(), restart / 1e3);
    assertTrue(milliseconds <= Math.max(MOST_CLOSED_MILLISECONDS, 2 * restart), closed::toString);
  }

  private static int schema(DebianTree machine) throws Exception {
    Path database = machine.path().resolve("var/lib/facteur/queue/queue.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA user_version")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /// Packages as those of this commit, but for a version number a day later and a queue whose
  /// schema has one change more.
  private Path later() throws IOException {
    Path clone = cloned();
    Path jars = Files.createDirectories(clone.resolve("smtp-server/target"));
    Path ours = PROJECT.resolve("smtp-server/target");
    Command.run("cp", "-a", ours.resolve("lib").toString(), jars.toString()).succeeded();
    for (String jar : List.of("facteur.jar", "facteur-demo.jar")) {
      Command.run("cp", "-a", ours.resolve(jar).toString(), jars.toString()).succeeded();
    }
    Path schema = clone.resolve("queue/src/main/java/net/facteur/queue/sql/Schema.java");
    String text = Files.readString(schema);
    int end = text.indexOf("));\n\n  private Schema()");
    Files.writeString(
        schema,
        text.substring(0, end)
            + """
            ), List.of("ALTER TABLE message ADD COLUMN of_later TEXT",
              "UPDATE message SET of_later = id",
              "CREATE INDEX message_of_later ON message (of_later)"
            """
            + text.substring(end));
    Path queue = BuiltPackage.one(jars.resolve("lib"), "queue-.*[.]jar");
    Path java = Path.of(System.getProperty("java.home"), "bin");
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Command.run(
            java.resolve("javac").toString(),
            "--release",
            "25",
            "-proc:none",
            "-cp",
            queue.toString(),
            "-d",
            classes.toString(),
            schema.toString())
        .succeeded();
    Command.run(
            java.resolve("jar").toString(), "uf", queue.toString(), "-C", classes.toString(), ".")
        .succeeded();
    Path out = Files.createDirectory(directory.resolve("later"));
    Command.patiently(
            "env",
            "SOURCE_DATE_EPOCH=" + (System.currentTimeMillis() / 1000 + 86_400),
            clone.resolve("docker/package").toString(),
            "--quick",
            "--runtime",
            PROJECT.resolve("docker/target/runtime").toString(),
            "--out",
            out.toString())
        .succeeded();
    return out;
  }

  /// Whose mail waits, who may send, what signs.
  private static String state(DebianTree machine) throws IOException {
    return machine
        .run(
            """
            facteur queue list --json | grep -o '"id":"[^"]*"\\|x[0-9]*@example.net' | sort
            facteur user list
            cd /var/lib/facteur
            md5sum users keys/*
            """)
        .succeeded();
  }

  private Path earlier() throws IOException {
    String given = System.getProperty("package.earlier", "");
    if (!given.isEmpty()) {
      return Path.of(given);
    }
    Path out = Files.createDirectory(directory.resolve("earlier"));
    Path clone = cloned();
    Command.run("git", "-C", clone.toString(), "checkout", "-q", "HEAD~1").succeeded();
    BuiltPackage.build(clone, out, "--fresh");
    return out;
  }

  private Path cloned() throws IOException {
    Path clone = directory.resolve("clone");
    Command.run("git", "clone", "-q", PROJECT.toString(), clone.toString()).succeeded();
    return clone;
  }
}
