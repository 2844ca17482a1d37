package net.facteur.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// ClamAV with two signatures of its own, on a unix socket. It takes streams of at most 8 MiB.
final class Clamd implements AutoCloseable {
  /// What each scanner takes for a virus, in two parts so that this file is none.
  static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

  private final PeerDirectory directory;
  private Process process;

  private Clamd(PeerDirectory directory) throws Exception {
    this.directory = directory;
    this.process = run();
  }

  static Clamd start() throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    Files.createDirectories(directory.resolve("signatures"));
    Files.writeString(
        directory.resolve("signatures/test.ndb"),
        "Test.Eicar:0:*:" + HexFormat.of().formatHex(EICAR.getBytes(US_ASCII)) + "\n");
    Files.writeString(
        directory.resolve("clamd.conf"),
        """
        Foreground yes
        LogFile %1$s/log
        LocalSocket %1$s/socket
        DatabaseDirectory %1$s/signatures
        TemporaryDirectory %1$s
        StreamMaxLength 8M
        AlertEncrypted yes
        MaxThreads 4
        SelfCheck 0
        """
            .formatted(directory));
    return new Clamd(directory);
  }

  private Process run() throws Exception {
    Process started =
        new ProcessBuilder(Program.CLAMD.path(), "-c", directory.resolve("clamd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    try {
      Await.until(
          () -> "clamd: " + directory.text("output") + directory.text("log"), this::answers);
      return started;
    } catch (Exception | AssertionError e) {
      Command.stop(started);
      throw e;
    }
  }

  private boolean answers() {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(directory.resolve("socket")));
      socket.write(ByteBuffer.wrap("zPING\0".getBytes(US_ASCII)));
      return socket.read(ByteBuffer.allocate(100)) > 0;
    } catch (IOException _) {
      return false;
    }
  }

  /// The settings of a server that asks it.
  String settings() {
    return "filter.clamav.address = \"" + directory.resolve("socket") + "\"\n";
  }

  /// A milter that asks it, on a socket of its own.
  Process milter() throws Exception {
    Path settings = directory.resolve("milter.conf");
    Files.writeString(
        settings,
        """
        Foreground yes
        MilterSocket %1$s/milter
        MilterSocketMode 600
        ClamdSocket unix:%1$s/socket
        TemporaryDirectory %1$s
        OnInfected Reject
        RejectMsg "Infected: %%v"
        AddHeader Replace
        """
            .formatted(directory));
    Process started =
        new ProcessBuilder(Program.CLAMAV_MILTER.path(), "-c", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("milter.log").toFile())
            .start();
    try {
      Await.until(
          () -> "clamav-milter: " + directory.text("milter.log"),
          () -> Await.listens(milterSocket()));
      return started;
    } catch (Exception | AssertionError e) {
      Command.stop(started);
      throw e;
    }
  }

  Path milterSocket() {
    return directory.resolve("milter");
  }

  void down() {
    Command.stop(process);
  }

  void up() throws Exception {
    process = run();
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
