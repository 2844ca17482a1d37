package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.it.DocumentedLines.Fate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever writes a line that people are to type says what becomes of it; those that can be run
/// are. `-Ddocumented.pages=PATTERN` runs those of some pages only, beside those that install.
class DocumentedLinesTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final String ADDRESS = "192.0.2.10";
  private static final String HERE = "cd /opt/facteur; ";

  private static final String READY =
      """
      for i in $(seq 120); do
        ! facteur status --quiet || break
        sleep 0.5
      done
      """;

  /// Ends what runs beside a page, and lets the service run where there are settings.
  private static final String TIDY =
      """
      for job in /root/beside.[0-9]*; do
        [ -e $job ] || continue
        bash -c "kill -TERM -- -${job##*.}" || true
        for i in $(seq 120); do
          bash -c "kill -0 -- -${job##*.}" 2>/dev/null || break
          sleep 0.5
        done
        rm $job
      done
      if grep -q ^hostname /etc/facteur/mail.conf; then
        systemctl start facteur
      """
          + READY
          + "fi\n";

  /// The ids of messages that our pages have.
  private static final Pattern ID = Pattern.compile("01K9Z3F6Q2ABCDEF|06H2VHKJ9VNC3HWD");

  private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+Test\\b");

  @TempDir private Path directory;

  @Test
  void everyLineOfACodeBlockIsRunOrSaysWhyNot() throws IOException {
    DocumentedLines known = DocumentedLines.read();
    var unknown = new TreeSet<String>();
    Set<DocumentedLines.Rule> used = new HashSet<>();
    int seen = 0;
    for (Path page : DocumentedLines.pages()) {
      for (String line : DocumentedLines.in(page)) {
        seen++;
        known.of(line).ifPresentOrElse(used::add, () -> unknown.add(page + ": " + line));
      }
    }
    assertEquals(
        "", String.join("\n", unknown), "give each a line in src/test/resources/documents/lines");
    var unused = new TreeSet<String>();
    known.rules().stream()
        .filter(rule -> !used.contains(rule))
        .forEach(rule -> unused.add(rule.line().pattern()));
    assertEquals("", String.join("\n", unused), "no page has these any more");
    assertEquals("", String.join("\n", unnamed(known)), "there are no such tests");
    int lines = seen;
    assertTrue(lines > 300, () -> "only " + lines + " were looked at");
  }

  /// Tests that reasons name, and nobody has.
  private static Set<String> unnamed(DocumentedLines known) throws IOException {
    Set<String> names = new TreeSet<>();
    for (DocumentedLines.Rule rule : known.rules()) {
      if (rule.fate() instanceof Fate.NotRun(String reason)) {
        TEST.matcher(reason).results().forEach(test -> names.add(test.group() + ".java"));
      }
    }
    try (Stream<Path> files =
        Files.find(PROJECT, 20, (file, _) -> names.contains(file.getFileName().toString()))) {
      files.forEach(file -> names.remove(file.getFileName().toString()));
    }
    return names;
  }

  @Test
  @Tag("long")
  @RequiresProgram({Program.DPKG, Program.DEBOOTSTRAP, Program.BIND})
  void everyLineThatCanBeRunIs() throws Exception {
    Path built = BuiltPackage.build();
    PeerDirectory zoneFiles = PeerDirectory.make();
    try (var hosts = LinkedHosts.start(Map.of("ours", ADDRESS, "names", LinkedHosts.NAMES));
        var machine = DebianTree.fresh("bookworm", directory)) {
      TrialZones zones =
          TrialZones.start(
              hosts,
              zoneFiles,
              "example.org",
              "",
              """
              10.2.0.192.in-addr.arpa. PTR mail.example.org.
              example.net. MX 10 mx.example.net.
              mx.example.net. A 192.0.2.99
              smtp.example.net. A 192.0.2.99
              """);
      furnish(machine, built, hosts, zones);
      DocumentedLines known = DocumentedLines.read();
      var wrong = new ArrayList<String>();
      Set<String> typed = new HashSet<>();
      for (Path page : inOrder()) {
        for (String line : DocumentedLines.in(page)) {
          if (typed.add(line)) {
            Optional<String> fault =
                known.of(line).map(rule -> rule.fate()).flatMap(fate -> run(machine, fate, line));
            fault.map(what -> page + ": " + line + ": " + what).ifPresent(wrong::add);
            fault.ifPresent(what -> System.out.println(page + ": " + line + ": " + what));
          }
          if (line.equals("facteur setup")) {
            zones.load(Files.readString(machine.path().resolve("root/output")));
            machine
                .run("echo 'dns.trust-anchors = /usr/share/root.ds' >>/etc/facteur/mail.conf")
                .succeeded();
          }
        }
        machine.run(TIDY).succeeded();
      }
      long notRun =
          typed.stream()
              .filter(
                  line ->
                      known.of(line).filter(rule -> rule.fate() instanceof Fate.NotRun).isPresent())
              .count();
      System.out.printf("%d lines, of which %d were run%n", typed.size(), typed.size() - notRun);
      assertEquals("", String.join("\n", wrong));
    } finally {
      zoneFiles.delete();
    }
  }

  /// README installs, and docs/install.md starts the service.
  private static List<Path> inOrder() throws IOException {
    var pages = new ArrayList<>(DocumentedLines.pages());
    Path install = Path.of("docs/install.md");
    pages.remove(install);
    pages.removeIf(
        page ->
            !page.startsWith("README.md")
                && !page.toString().matches(System.getProperty("documented.pages", ".*")));
    pages.add(1, install);
    return pages;
  }

  private static void furnish(DebianTree machine, Path built, LinkedHosts hosts, TrialZones zones)
      throws Exception {
    Path home = machine.path().resolve("opt/facteur");
    Files.createDirectories(home.resolve("docker/target"));
    for (Path each : List.of(BuiltPackage.server(built), BuiltPackage.mta(built))) {
      Files.copy(each, home.resolve("docker/target").resolve(each.getFileName()));
    }
    machine
        .enter(
            "apt-get update -q; apt-get install -y --no-install-recommends sqlite3 iproute2"
                + " swaks libnet-ssleay-perl"
                + " /opt/facteur/docker/target/facteur_*.deb")
        .succeeded();
    Command.run("cp", "-R", PROJECT.resolve("conf").toString(), home.toString()).succeeded();
    Files.createSymbolicLink(home.resolve("facteur"), Path.of("/usr/lib/facteur/facteur"));
    Files.copy(zones.trustAnchor(), machine.path().resolve("usr/share/root.ds"));
    Files.copy(
        PROJECT.resolve(
            "auth-mechanisms/src/test/resources/conformance/tlsrpt/parsedmarc"
                + "/google.com_smtp_tls_report.eml"),
        home.resolve("report.eml"));
    Files.createDirectories(machine.path().resolve("var/vmail/example.org/alice/new"));
    Path keys = Files.createDirectories(machine.path().resolve("etc/opendkim/keys/example.org"));
    Command.run(
            Program.OPENSSL.path(),
            "genrsa",
            "-out",
            keys.resolve("s2025.private").toString(),
            "2048")
        .succeeded();
    machine.boot(hosts.network("ours"));
    Files.copy(
        hosts.resolvers(),
        machine.path().resolve("etc/resolv.conf"),
        StandardCopyOption.REPLACE_EXISTING);
    machine.run("hostname mail.example.org").succeeded();
  }

  /// @return what went wrong
  private static Optional<String> run(DebianTree machine, Fate fate, String line) {
    try {
      return tried(machine, fate, line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> tried(DebianTree machine, Fate fate, String line)
      throws IOException {
    prepare(machine, line);
    String typed = filled(machine, line);
    return switch (fate) {
      case Fate.Run(int exitCode, Optional<String> answer) -> {
        String run = "timeout 120 bash -c " + quoted(typed) + " </dev/null >/root/output";
        String typing =
            answer
                .map(word -> "printf '%1$s\\n%1$s\\n' | script -qec ".formatted(word))
                .map(terminal -> terminal + quoted(typed) + " /dev/null")
                .orElse(run + " 2>/root/errors");
        Command command =
            machine.run(
                HERE + typing + " || { code=$?; cat /root/output /root/errors; exit $code; }");
        yield command.exitCode() == exitCode
            ? Optional.empty()
            : Optional.of("ended with " + command.exitCode() + "\n" + end(command.output()));
      }
      case Fate.Briefly() -> {
        Command command =
            machine.run(
                HERE + "timeout -s INT 15 bash -c " + quoted("exec " + typed) + " </dev/null");
        yield Set.of(0, 124, 130).contains(command.exitCode())
            ? Optional.empty()
            : Optional.of("ended with " + command.exitCode() + "\n" + end(command.output()));
      }
      case Fate.Beside() -> {
        Command command =
            machine.run(
                HERE
                    + "systemctl stop facteur || true; setsid bash -c "
                    + quoted("echo $$ >/root/beside.$$; exec " + typed)
                    + " </dev/null >/root/beside.log 2>&1 & sleep 15; kill -0 $! || { cat"
                    + " /root/beside.log; exit 1; }");
        yield command.exitCode() == 0 ? Optional.empty() : Optional.of(end(command.output()));
      }
      case Fate.NotRun _ -> Optional.empty();
    };
  }

  /// The users that a line speaks of, and the server that the line before it has started.
  private static void prepare(DebianTree machine, String line) throws IOException {
    if (line.matches("systemctl (reload|stop) .*")) {
      machine.run(READY).succeeded();
    }
    if (line.contains("bob@example.org")) {
      machine
          .run("echo secretword | facteur user add bob@example.org --password-stdin || true")
          .succeeded();
    }
    if (line.startsWith("swaks ")) {
      for (String settings : List.of("/etc/facteur/mail.conf", "/srv/mail/conf/mail.conf")) {
        machine
            .run(
                "echo secretword | facteur user passwd admin@example.org --password-stdin -c "
                    + settings)
            .succeeded();
      }
    }
    if (line.startsWith("printf '\\n#end")) {
      machine.run("sed -i '/^#end$/d' /var/lib/facteur/users").succeeded();
    }
    if (line.contains("facteur user add")) {
      machine.run("facteur user remove alice@example.org || true").succeeded();
    } else if (line.contains("facteur user ")) {
      machine
          .run("echo secretword | facteur user add alice@example.org --password-stdin || true")
          .succeeded();
    }
  }

  private static String end(String output) {
    return output.substring(Math.max(0, output.length() - 700));
  }

  private static String quoted(String line) {
    return "'" + line.replace("'", "'\\''") + "'";
  }

  /// The line with a message that waits and the selectors that there are.
  private static String filled(DebianTree machine, String line) throws IOException {
    String month =
        DateTimeFormatter.ofPattern("MMMuuuu", Locale.ENGLISH)
            .format(LocalDate.now(ZoneOffset.UTC))
            .toLowerCase(Locale.ROOT);
    String typed = line.replace("nov2026", month);
    if (!ID.matcher(typed).find()) {
      return typed;
    }
    String id =
        machine
            .run(
                "printf 'Subject: waits\\n"
                    + "\\n"
                    + "' | sendmail -i x@example.net; facteur queue list --json | grep -o"
                    + " '\"id\":\"[^\"]*' | tail -n 1 | cut -c7-")
            .output()
            .strip();
    return ID.matcher(typed).replaceAll(id);
  }
}
