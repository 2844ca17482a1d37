package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.DovecotDirectory;
import net.facteur.server.imap.DovecotJoint;
import net.facteur.server.imap.DovecotPrograms;
import net.facteur.server.settings.Reference;

/// A Dovecot with the settings of its Debian package and our own among them, as a process of its
/// own on free ports.
final class JoinedDovecot implements AutoCloseable {
  /// Where it listens.
  enum Port {
    IMAP,
    IMAPS,
    POP3,
    SIEVE
  }

  private final PeerDirectory directory;
  private final Map<Port, InetSocketAddress> ports;
  private final Optional<Path> tree;
  private Optional<Process> process = Optional.empty();

  private JoinedDovecot(
      PeerDirectory directory, Map<Port, InetSocketAddress> ports, Optional<Path> tree) {
    this.directory = directory;
    this.ports = ports;
    this.tree = tree;
  }

  /// A copy of the settings of the package, joined to nobody. Nothing runs.
  static JoinedDovecot prepare() throws IOException {
    return prepare(PeerDirectory.make(), Path.of("/etc/dovecot"), Optional.empty());
  }

  /// The same with the Dovecot of a Debian in a directory. Paths lead to the same from outside and
  /// from inside: there, the directory is a link to the root.
  static JoinedDovecot in(Path tree) throws IOException {
    Path within = tree.resolve(Path.of("/").relativize(tree.toAbsolutePath()));
    Files.createDirectories(Objects.requireNonNull(within.getParent()));
    if (!Files.isSymbolicLink(within)) {
      Files.createSymbolicLink(within, Path.of("/"));
    }
    Path peer = Files.createTempDirectory(Files.createDirectories(tree.resolve("srv")), "p");
    Files.setPosixFilePermissions(peer, PosixFilePermissions.fromString("rwxr-xr-x"));
    return prepare(
        new PeerDirectory(peer), tree.resolve("etc/dovecot"), Optional.of(tree.toAbsolutePath()));
  }

  /// Types the command of ours for it.
  CommandLineRun command(RunningServer server, String... options) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "imap",
                    "dovecot",
                    "-c",
                    server.site().configuration().toString(),
                    "--dir",
                    settings().toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  /// Makes one system of it and a server. In a tree, what the command does is done here: it knows
  /// the Dovecot of this machine only.
  void join(RunningServer server) throws Exception {
    if (tree.isEmpty()) {
      CommandLineRun run = command(server, "--apply");
      assertEquals(0, run.code(), run.text());
      return;
    }
    var place =
        new DovecotDirectory(
            settings(),
            tree.get().resolve("usr/lib/dovecot"),
            new DovecotPrograms(List.of("chroot", tree.get().toString())));
    Path ours = server.site().configuration();
    var loader = Reference.loader(Map.of(), Optional.empty());
    if (!(place.look() instanceof DovecotDirectory.Present.Known known)
        || !(loader.load(ours) instanceof LoadedSettings.Good(Settings settings))) {
      throw new AssertionError(place.look());
    }
    var joint = new DovecotJoint(settings, known);
    joint.certificates();
    DovecotDirectory.Outcome outcome =
        place.write(joint.files(settings(), joint.secret(new SecureRandom())), known.group());
    assertInstanceOf(DovecotDirectory.Outcome.Changed.class, outcome, outcome::toString);
    DovecotJoint.add(ours, joint.lines());
    assertEquals(0, CommandLineRun.of("reload", "-c", ours.toString()).code());
  }

  private static JoinedDovecot prepare(PeerDirectory directory, Path packaged, Optional<Path> tree)
      throws IOException {
    Map<Port, InetSocketAddress> ports = new EnumMap<>(Port.class);
    for (Port port : Port.values()) {
      ports.put(port, new InetSocketAddress(World.OURS, World.freePort(World.OURS)));
    }
    var dovecot = new JoinedDovecot(directory, ports, tree);
    Command.run("cp", "-a", packaged.toString(), dovecot.settings().toString()).succeeded();
    Path main = dovecot.settings().resolve("dovecot.conf");
    Files.writeString(main, Files.readString(main) + dovecot.own());
    // The certificate that the package has made may have gone from this machine.
    Path tls = dovecot.settings().resolve("conf.d/10-ssl.conf");
    Files.writeString(tls, Files.readString(tls).replaceAll("(?m)^ssl_\\w*(cert|key)", "#$0"));
    return dovecot;
  }

  /// What keeps it apart from another Dovecot of this machine.
  private String own() throws IOException {
    String text =
        """
        base_dir = %1$s/run
        state_dir = %1$s/state
        log_path = %1$s/log
        listen = %2$s
        auth_failure_delay = 0
        service imap-login {
          inet_listener imap {
            port = %3$d
          }
          inet_listener imaps {
            port = %4$d
          }
        }
        service pop3-login {
          inet_listener pop3 {
            port = %5$d
          }
          inet_listener pop3s {
            port = 0
          }
        }
        service managesieve-login {
          inet_listener sieve {
            port = %6$d
          }
          inet_listener sieve_deprecated {
            port = 0
          }
        }
        """
            .formatted(
                directory,
                World.OURS.getHostAddress(),
                at(Port.IMAP).getPort(),
                at(Port.IMAPS).getPort(),
                at(Port.POP3).getPort(),
                at(Port.SIEVE).getPort());
    String user = System.getProperty("user.name");
    return user.equals("root")
        ? text
        : text
            + """
            default_internal_user = %1$s
            default_internal_group = %2$s
            default_login_user = %1$s
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
            }
            """
                .formatted(user, Command.run("/usr/bin/id", "-gn", user).succeeded().strip());
  }

  /// Where its settings lie.
  Path settings() {
    return directory.resolve("etc");
  }

  /// A directory that its processes may enter.
  Path room(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  /// The directory of the mailboxes of a server in [#room], which does not belong to root: Dovecot
  /// lets nobody keep mail as root.
  void ownMail(Path mail) throws IOException {
    Files.createDirectories(mail);
    own(mail);
  }

  /// Gives something to the owner of the mailboxes.
  void own(Path path) throws IOException {
    if (System.getProperty("user.name").equals("root")) {
      Command.run("chown", "nobody:nogroup", path.toString()).succeeded();
    }
  }

  InetSocketAddress at(Port port) {
    return Objects.requireNonNull(ports.get(port));
  }

  /// A line for the settings of our server.
  String doveadm() {
    return "imap.doveadm = " + directory.resolve("run/facteur-doveadm") + "\n";
  }

  void start() throws Exception {
    List<String> dovecot =
        List.of("/usr/sbin/dovecot", "-F", "-c", settings().resolve("dovecot.conf").toString());
    List<String> line =
        tree.map(
                path ->
                    List.of(
                        "unshare",
                        "-m",
                        "sh",
                        "-ec",
                        "mount --make-rprivate / && mount -t proc proc $0/proc"
                            + " && mount --bind /dev $0/dev && exec chroot $0 "
                            + String.join(" ", dovecot),
                        path.toString()))
            .orElse(dovecot);
    process =
        Optional.of(
            new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start());
    Await.until(
        this::log,
        () -> log().contains("starting up") && Files.exists(directory.resolve("run/login")));
  }

  /// What Dovecot said so far.
  String log() {
    return directory.text("output") + directory.text("log");
  }

  @Override
  public void close() throws IOException {
    process.ifPresent(Command::stop);
    directory.delete();
  }
}
