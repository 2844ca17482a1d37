package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import net.facteur.auth.dkim.DkimPrivateKey;

/// An OpenDKIM that signs mail of a domain, for Postfix or for us.
final class OpenDkim implements AutoCloseable {
  private final PeerDirectory directory;
  private final Process process;

  private OpenDkim(PeerDirectory directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /// Starts it with a new key, which the DNS then has.
  static OpenDkim start(World world) throws Exception {
    return start(world, "example.net");
  }

  /// The same for another domain than `example.net`.
  static OpenDkim start(World world, String domain) throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    DkimPrivateKey key = TestKeys.rsa();
    world.key("theirs", domain, key);
    Path file =
        Files.createFile(
            directory.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, key.toPem());
    Path settings = directory.resolve("opendkim.conf");
    Files.writeString(
        settings,
        """
        Mode s
        Syslog no
        UMask 000
        RequireSafeKeys no
        Domain %2$s
        Selector theirs
        KeyFile %1$s/key
        Socket local:%1$s/socket
        Canonicalization relaxed/simple
        OversignHeaders From
        InternalHosts 127.0.0.0/8
        """
            .formatted(directory, domain));
    Process process =
        new ProcessBuilder(Program.OPENDKIM.path(), "-f", "-x", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    var openDkim = new OpenDkim(directory, process);
    try {
      Await.until(openDkim::log, () -> Await.listens(openDkim.socket()));
      return openDkim;
    } catch (Exception | AssertionError e) {
      openDkim.close();
      throw e;
    }
  }

  Path socket() {
    return directory.resolve("socket");
  }

  private String log() {
    return directory.text("log");
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
