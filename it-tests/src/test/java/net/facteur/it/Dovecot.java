package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Dovecot that keeps mailboxes and takes mail for them over LMTP, with nothing else turned on.
final class Dovecot implements AutoCloseable {
  private final PeerDirectory directory;
  private final Process process;

  private Dovecot(PeerDirectory directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  static Dovecot start() throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    Files.createDirectory(directory.resolve("mail"));
    String user = System.getProperty("user.name");
    String owner = user;
    if (user.equals("root")) {
      // Dovecot lets nobody keep mail as root.
      owner = "nobody";
      Command.run("chown", "nobody:nogroup", directory.resolve("mail").toString()).succeeded();
    }
    Files.writeString(directory.resolve("dovecot.conf"), settings(directory, user, owner));
    Process process =
        new ProcessBuilder(
                "/usr/sbin/dovecot", "-F", "-c", directory.resolve("dovecot.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    var dovecot = new Dovecot(directory, process);
    try {
      Await.until(dovecot::log, () -> Await.listens(dovecot.socket()));
      return dovecot;
    } catch (Exception | AssertionError e) {
      dovecot.close();
      throw e;
    }
  }

  private static String settings(PeerDirectory directory, String user, String owner)
      throws Exception {
    String uid = Command.run("/usr/bin/id", "-u", owner).succeeded().strip();
    String gid = Command.run("/usr/bin/id", "-g", owner).succeeded().strip();
    return """
    base_dir = %1$s/run
    state_dir = %1$s/state
    log_path = %1$s/log
    protocols = lmtp
    listen = 127.0.0.3
    ssl = no
    default_internal_user = %2$s
    default_internal_group = %3$s
    default_login_user = %2$s
    first_valid_uid = 1
    first_valid_gid = 1
    auth_username_format = %%Lu
    mail_location = maildir:%1$s/mail/%%d/%%n
    passdb {
      driver = static
      args = nopassword=y
    }
    userdb {
      driver = static
      args = uid=%4$s gid=%5$s home=%1$s/mail/%%d/%%n allow_all_users=yes
    }
    service anvil {
      chroot =
    }
    service lmtp {
      chroot =
      unix_listener %1$s/lmtp {
        mode = 0600
      }
    }
    """
        .formatted(directory, user, group(user), uid, gid);
  }

  private static String group(String user) throws Exception {
    return Command.run("/usr/bin/id", "-gn", user).succeeded().strip();
  }

  Path socket() {
    return directory.resolve("lmtp");
  }

  Maildir mailbox(String localPart) {
    return new Maildir(directory.resolve("mail/example.org").resolve(localPart));
  }

  /// What Dovecot said so far.
  String log() {
    return directory.text("output") + directory.text("log");
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
