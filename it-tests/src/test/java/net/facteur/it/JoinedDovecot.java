package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
    var line =
        new ArrayList<String>(
            tree.map(path -> List.of("chroot", path.toString())).orElse(List.of()));
    line.addAll(
        List.of("/usr/sbin/dovecot", "-F", "-c", settings().resolve("dovecot.conf").toString()));
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
