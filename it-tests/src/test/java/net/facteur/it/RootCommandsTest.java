package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.demo.ZoneRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands typed as root beside a server that runs as another user.
class RootCommandsTest {
  private static final String SOMEBODY = "nobody";
  private static final String STRANGER = "daemon";

  @TempDir private Path directory;

  private static InetSocketAddress free() throws IOException {
    return new InetSocketAddress(World.OURS, World.freePort(World.OURS));
  }

  /// Everything below the data directory belongs to the server's user, and to nobody else's eyes.
  private static List<String> strange(Path data) throws IOException {
    var strange = new ArrayList<String>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.toList()) {
        String owner = Files.getOwner(path).getName();
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        // A certificate is public, and lies where nobody else gets in; challenges are answered by
        // another web server where there is one.
        boolean closed =
            mode.endsWith("------")
                || path.endsWith("fullchain.pem")
                || path.startsWith(data.resolve("acme/challenges"));
        if (!owner.equals(SOMEBODY) || !closed) {
          strange.add(owner + " " + mode + " " + data.relativize(path));
        }
      }
    }
    return strange;
  }

  private static void own(Path path) throws IOException {
    Command.run("chown", "-R", SOMEBODY + ":", path.toString()).succeeded();
    Command.run("chmod", "-R", "u=rwX,go=", path.toString()).succeeded();
  }

  /// The class path of this test, where everybody may read it.
  private Path readable() throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    int number = 0;
    for (String each : ServerProcess.classPath().split(File.pathSeparator, -1)) {
      Path from = Path.of(each);
      if (Files.exists(from)) {
        Command.run(
                "cp",
                "-rL",
                from.toString(),
                classes.resolve(number++ + (Files.isDirectory(from) ? "" : ".jar")).toString())
            .succeeded();
      }
    }
    Command.run("chmod", "-R", "a+rX", classes.toString()).succeeded();
    return classes;
  }

  @Test
  void whatRootSetsUpBelongsToTheServersUser() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    Command.run("chown", SOMEBODY, theirs.toString()).succeeded();
    Path roots = directory.resolve("roots");
    for (String[] typed :
        new String[][] {
          {"setup", "example.org", "--yes", "--dir", theirs.toString()},
          {"setup", "example.org", "--yes", "--dir", roots.toString(), "--owner", SOMEBODY}
        }) {
      CommandLineRun run = CommandLineRun.of(typed);
      assertEquals(0, run.code(), run::text);
      Path home = Path.of(typed[4]);
      assertEquals(SOMEBODY, Files.getOwner(home).getName(), "its user gets in");
      for (String part : new String[] {"data", "tls", "conf"}) {
        try (Stream<Path> all = Files.walk(home.resolve(part))) {
          for (Path path : all.toList()) {
            assertEquals(SOMEBODY, Files.getOwner(path).getName(), path::toString);
          }
        }
      }
      assertEquals(List.of(), strange(home.resolve("data")));
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(home.resolve("tls/mail.key"))));
    }
    CommandLineRun unknown =
        CommandLineRun.of(
            "setup", "example.org", "--yes", "--dir", directory + "/no", "--owner", "no-such-user");
    assertEquals(1, unknown.code(), unknown::text);
    assertTrue(Files.notExists(directory.resolve("no/conf")), "everything is undone");
  }

  @Test
  @RequiresProgram(Program.SETPRIV)
  void aServerOfAnotherUserKnowsAtOnceWhatRootTyped() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      Files.setPosixFilePermissions(
          directory.resolve("world"), PosixFilePermissions.fromString("rwx--x--x"));
      InetSocketAddress reception = free();
      InetSocketAddress submission = free();
      Site site = Site.build(world, reception.getPort(), submission.getPort());
      site.configure("domains { \"example.com\" {} }\n");
      own(site.directory());
      String conf = site.configuration().toString();
      CommandLineRun before =
          CommandLineRun.of("user", "add", "early@example.org", "--generate", "-c", conf);
      assertEquals(0, before.code(), before::text);
      Path key = directory.resolve("old.private");
      Command.run("openssl", "genrsa", "-out", key.toString(), "2048").succeeded();
      for (String[] typed :
          new String[][] {
            {"dkim", "generate", "example.net", "--selector", "early"},
            {"dkim", "import", "example.org", "imported", key.toString()},
            {"dkim", "rotate", "example.com"}
          }) {
        typed(site, typed);
      }
      assertEquals(List.of(), strange(site.data()), "where no server runs");
      try (var server = ServerProcess.startAs(SOMEBODY, readable(), site, submission)) {
        assertTrue(recipient(reception, "early@example.org").startsWith("250"), server::log);
        for (String[] typed :
            new String[][] {
              {"user", "add", "late@example.org", "--generate"},
              {"user", "passwd", "late@example.org", "--generate"},
              {"user", "send-as", "late@example.org", "info@example.org"},
              {"dkim", "generate", "example.net", "--selector", "late"},
              {"dkim", "import", "example.org", "late", key.toString()}
            }) {
          typed(site, typed);
          assertEquals(List.of(), strange(site.data()), String.join(" ", typed));
        }
        assertTrue(
            recipient(reception, "late@example.org").startsWith("250"),
            "the server made the change itself, and need not be waited for");
        CommandLineRun removed =
            CommandLineRun.of("user", "remove", "late@example.org", "-c", conf);
        assertEquals(0, removed.code(), removed::text);
        assertTrue(recipient(reception, "late@example.org").startsWith("550"), server::log);
        assertEquals(0, CommandLineRun.of("reload", "-c", conf).code(), server::log);
      }
      typed(site, "queue", "list");
      assertEquals(List.of(), strange(site.data()), "where the queue is read from its files");
    }
  }

  /// Commands of a user who is neither root nor the server's, beside a running server and without
  /// one.
  @Test
  @RequiresProgram(Program.SETPRIV)
  void aThirdUserIsToldWhomToBecome() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      Files.setPosixFilePermissions(
          directory.resolve("world"), PosixFilePermissions.fromString("rwx--x--x"));
      InetSocketAddress submission = free();
      Site site = Site.build(world, free().getPort(), submission.getPort());
      own(site.directory());
      Command.run("chmod", "a+x", site.directory().toString()).succeeded();
      Path conf = site.configuration();
      Command.run("chmod", "a+r", conf.toString()).succeeded();
      Path classes = readable();
      var data = site.data() + " is closed to " + STRANGER + ".\nType: sudo -u " + SOMEBODY;
      try (var server = ServerProcess.startAs(SOMEBODY, classes, site, submission)) {
        for (String[] words :
            new String[][] {
              {"status", "Whether a server runs cannot be seen: "},
              {"stop", "Whether a server runs cannot be seen: "},
              {"sessions", "Whether a server runs cannot be seen: "},
              {"queue list", "The queue cannot be read: "},
              {"why a@example.org", "The queue cannot be read: "},
              {"user list", "The users cannot be read: "},
              {"user lock a@example.org", "The users cannot be read: "},
              {"dkim list", site.data() + "/keys/journal cannot be had: "},
              {"tls status", site.data() + "/tls/journal cannot be had: "},
            }) {
          String line = words[0] + " -c " + conf;
          assertEquals(
              "facteur: " + words[1] + data + " facteur " + line + "\n",
              asStranger(classes, line),
              server::log);
        }
      }
      assertEquals(
          "facteur: The queue cannot be read: " + data + " facteur queue list -c " + conf + "\n",
          asStranger(classes, "queue list -c " + conf));
      Command.run("chmod", "o=", conf.toString()).succeeded();
      assertEquals(
          "facteur: The settings cannot be read: "
              + conf
              + " is closed to "
              + STRANGER
              + ".\nType: sudo -u "
              + SOMEBODY
              + " facteur status -c "
              + conf
              + "\n",
          asStranger(classes, "status -c " + conf));
    }
  }

  /// What a command says that ends with 1.
  private static String asStranger(Path classes, String line) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + STRANGER,
                "--clear-groups",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + "/*" + File.pathSeparator + directories(classes),
                "net.facteur.server.cli.Facteur"));
    words.addAll(List.of(line.split(" ", -1)));
    Command run = Command.run(words.toArray(String[]::new));
    assertEquals(1, run.exitCode(), run::output);
    return run.output();
  }

  private static String directories(Path classes) throws IOException {
    try (Stream<Path> all = Files.list(classes)) {
      return all.filter(Files::isDirectory)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static void typed(Site site, String... words) {
    var arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("-c", site.configuration().toString()));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertEquals(0, run.code(), () -> String.join(" ", words) + ": " + run.text());
  }

  @Test
  @RequiresProgram({Program.SETPRIV, Program.PEBBLE})
  void aServerOfAnotherUserAsksForTheCertificateThatRootWants() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    int web = World.freePort(World.OURS);
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      Files.setPosixFilePermissions(
          directory.resolve("world"), PosixFilePermissions.fromString("rwx--x--x"));
      world.names().add(ZoneRecord.of("mta-sts.example.org", RecordType.A, World.OURS));
      InetSocketAddress submission = free();
      Site site = Site.build(world, free().getPort(), submission.getPort());
      try (var pebble = Pebble.start(world, world.names().address(), web)) {
        site.configure(pebble.settings("http-01") + "listen.acme = [\"127.0.0.2:" + web + "\"]\n");
        own(site.directory());
        try (var server = ServerProcess.startAs(SOMEBODY, readable(), site, submission)) {
          Await.until(() -> pebble.log() + server.log(), () -> issued(pebble) == 1);
          typed(site, "tls", "renew", "--dry-run");
          assertEquals(1, issued(pebble), server::log);
          typed(site, "tls", "renew");
          assertEquals(2, issued(pebble), server::log);
          assertEquals(List.of(), strange(site.data()), "beside the server");
        }
      }
    }
  }

  /// A command as another user types it, beside the server or without one.
  private static Command typedAs(String user, Path classes, String... words) throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                Program.SETPRIV.path(),
                "--reuid=" + user,
                "--clear-groups",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                "",
                "net.facteur.server.cli.Facteur"));
    try (Stream<Path> all = Files.list(classes)) {
      line.set(
          line.indexOf("-cp") + 1,
          all.map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
    line.addAll(List.of(words));
    return Command.run(line.toArray(String[]::new));
  }

  @Test
  @RequiresProgram(Program.SETPRIV)
  void setupAsksNothingWhereItMayNotWrite() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Command setup =
        typedAs(
            SOMEBODY,
            readable(),
            "setup",
            "example.org",
            "--dir",
            closed.resolve("srv/mail").toString());
    assertEquals(1, setup.exitCode(), setup::output);
    assertTrue(setup.output().contains(closed + " may not be written by you"), setup::output);
    assertTrue(setup.output().contains("Type it as root, or"), setup::output);
    assertFalse(setup.output().contains("[mail.example.org]"), setup::output);
  }

  @Test
  @RequiresProgram(Program.SETPRIV)
  void checkAndRunSayTheSameWhoeverTypesThem() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Path classes = readable();
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      Files.setPosixFilePermissions(
          directory.resolve("world"), PosixFilePermissions.fromString("rwx--x--x"));
      Site site = Site.build(world, free().getPort(), free().getPort());
      Path conf = site.configuration();
      own(site.directory());
      Command.run("chmod", "o+x", site.directory().toString()).succeeded();
      Command.run("chmod", "o+r", conf.toString()).succeeded();
      assertEquals(0, check(site).code(), () -> check(site).text());
      Command guest = typedAs("daemon", classes, "check", "-c", conf.toString());
      assertEquals(1, guest.exitCode(), guest::output);
      assertTrue(guest.output().contains("daemon may not look at " + site.data()), guest::output);
      assertTrue(
          guest.output().contains("sudo -u " + SOMEBODY + " facteur check -c " + conf),
          guest::output);
      assertFalse(guest.output().contains("no such user"), guest::output);
      Command stranger = typedAs("daemon", classes, "run", "-c", conf.toString());
      assertEquals(1, stranger.exitCode(), stranger::output);
      assertTrue(
          stranger.output().contains("sudo -u " + SOMEBODY + " facteur run -c " + conf),
          stranger::output);
      Path key = site.data().resolve("keys/" + Site.SELECTOR + ".example.org.rsa");
      Path secret = Files.writeString(site.data().resolve("srs-secret"), "root made this\n");
      for (Path taken : List.of(conf, key, secret, site.data().resolve("users"), site.data())) {
        Command.run("chown", "root", taken.toString()).succeeded();
        Command.run("chmod", "go=", taken.toString()).succeeded();
        CommandLineRun root = check(site);
        Command serving = typedAs(SOMEBODY, classes, "check", "-c", conf.toString());
        Command run = typedAs(SOMEBODY, classes, "run", "-c", conf.toString());
        assertEquals(1, run.exitCode(), run::output);
        assertEquals(1, serving.exitCode(), serving::output);
        for (String said : List.of(serving.output(), run.output())) {
          assertTrue(said.contains(taken.toString()), said);
        }
        // Root's data may be meant to be: nothing tells that somebody else is to run the server.
        boolean known = !taken.equals(site.data());
        assertEquals(known ? 1 : 0, root.code(), root::text);
        assertTrue(!known || root.text().contains(taken.toString()), root::text);
        own(site.directory());
      }
      Command.run("chmod", "go-rwx", site.directory().toString()).succeeded();
      Command closed = typedAs("daemon", classes, "check", "-c", conf.toString());
      assertEquals(1, closed.exitCode(), closed::output);
      assertTrue(
          closed.output().contains("sudo -u " + SOMEBODY + " facteur check -c " + conf),
          closed::output);
    }
  }

  @Test
  void aLinkOfTheServersUserLeadsRootNowhere() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root is root");
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      Site site = Site.build(world, free().getPort(), free().getPort());
      own(site.directory());
      typed(site, "user", "add", "vic@example.org", "--generate");
      Path kept = Files.createDirectories(directory.resolve("roots/vic/Maildir/new"));
      Path mail = Files.writeString(kept.resolve("1.a.b"), "Subject: root's\n\n");
      Path roots = directory.resolve("roots");
      Path above = site.data().resolve("mail");
      Path archive = directory.resolve("vic.tar");
      own(Files.createDirectories(above));
      for (Path link :
          List.of(above.resolve("example.org"), above, above.resolve("example.org/vic"))) {
        Path target;
        if (link.equals(above)) {
          target = Files.createDirectory(directory.resolve("other"));
          Files.createSymbolicLink(target.resolve("example.org"), roots);
          Files.delete(above);
        } else if (link.endsWith("vic")) {
          Files.createDirectories(link.getParent());
          target = roots.resolve("vic");
        } else {
          target = roots;
        }
        Files.createSymbolicLink(link, target);
        Command.run("chown", "-h", SOMEBODY + ":", link.toString()).succeeded();
        for (String[] words :
            new String[][] {
              {"user", "export", "vic@example.org", "--file", archive.toString()},
              {"user", "erase", "vic@example.org", "--yes"},
              {"user", "remove", "vic@example.org", "--erase-mail"},
              {"user", "rename", "vic@example.org", "victor@example.org"}
            }) {
          var line = new ArrayList<>(List.of(words));
          line.addAll(List.of("-c", site.configuration().toString()));
          CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
          assertEquals(1, run.code(), () -> line + run.text());
          assertTrue(run.text().contains(link + " is a link that " + SOMEBODY), run::text);
          assertTrue(run.text().contains("chown -h root " + link), run::text);
          assertTrue(Files.exists(mail), line::toString);
          assertFalse(Files.exists(archive), line::toString);
        }
        Files.delete(link);
      }
      // What root made on purpose is followed.
      Files.createDirectories(above);
      Files.delete(above.resolve("example.org"));
      Files.createSymbolicLink(above.resolve("example.org"), roots);
      typed(site, "user", "export", "vic@example.org", "--file", archive.toString());
      assertTrue(Files.readString(archive).contains("Subject: root's"));
      typed(site, "user", "erase", "vic@example.org", "--yes");
      assertTrue(Files.notExists(mail));
      for (String[] words :
          new String[][] {
            {"quarantine", "list"}, {"queue", "list"}, {"dkim", "rotate", "example.org"}
          }) {
        String name = words[0].equals("dkim") ? "keys" : words[0];
        Path place = site.data().resolve(name);
        Command.run("rm", "-rf", place.toString()).succeeded();
        Files.createSymbolicLink(place, roots);
        Command.run("chown", "-h", SOMEBODY + ":", place.toString()).succeeded();
        var line = new ArrayList<>(List.of(words));
        line.addAll(List.of("-c", site.configuration().toString()));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertEquals(1, run.code(), () -> line + run.text());
        assertTrue(run.text().contains(place + " is a link that " + SOMEBODY), run::text);
      }
    }
  }

  private static CommandLineRun check(Site site) {
    return CommandLineRun.of("check", "-c", site.configuration().toString());
  }

  private static long issued(Pebble pebble) {
    return pebble.log().lines().filter(line -> line.contains("Issued certificate")).count();
  }

  private static String recipient(InetSocketAddress reception, String address) throws IOException {
    try (var link = SmtpLink.open(reception)) {
      link.command("MAIL FROM:<carol@example.net>");
      return link.command("RCPT TO:<" + address + ">");
    }
  }
}
