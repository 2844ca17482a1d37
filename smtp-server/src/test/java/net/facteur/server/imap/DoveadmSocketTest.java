package net.facteur.server.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DoveadmSocketTest {
  private static final String HELLO = "VERSION\tdoveadm-client\t1\t2\n+\n";

  private Path directory;
  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    directory = Files.createTempDirectory(Path.of("/tmp"), "doveadm-");
    socket = directory.resolve("s");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    Files.delete(directory);
  }

  private DoveadmSocket doveadm() {
    return new DoveadmSocket(socket, Duration.ofSeconds(20));
  }

  /// Answers a connection: a part after each line that comes.
  ///
  /// @return the lines that came
  private CompletableFuture<List<String>> answering(String... parts) {
    return CompletableFuture.supplyAsync(
        () -> {
          var came = new StringBuilder();
          try (SocketChannel client = server.accept()) {
            for (String part : parts) {
              int lines = came.toString().split("\n", -1).length;
              var buffer = ByteBuffer.allocate(1000);
              while (came.toString().split("\n", -1).length == lines) {
                if (client.read(buffer.clear()) < 0) {
                  break;
                }
                came.append(
                    new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
              }
              client.write(ByteBuffer.wrap(part.getBytes(StandardCharsets.ISO_8859_1)));
            }
          } catch (IOException e) {
            came.append(e);
          }
          return came.toString().lines().toList();
        });
  }

  @Test
  void theSessionsOfAUserAreEnded() throws Exception {
    var came = answering(HELLO, "\0\0\0\0\u0012alice@example.org\t\0\0\0\0\u0003\n+\n");
    assertEquals(DoveadmSocket.Answer.DONE, doveadm().kick("alice@example.org"));
    assertEquals(
        List.of("VERSION\tdoveadm-server\t1\t0", "\t\tkick\talice@example.org"), came.get());
  }

  @Test
  void nobodyWasThere() throws Exception {
    var _ = answering(HELLO, "\0\0\0\0\u000b\n-NOTFOUND\n");
    assertEquals(DoveadmSocket.Answer.NOT_FOUND, doveadm().kick("alice@example.org"));
  }

  @Test
  void aNameCannotBeMoreThanAName() throws Exception {
    var came = answering(HELLO, "\n+\n");
    doveadm().kick("a\tb\nc");
    assertEquals("\t\tkick\ta\u0001tb\u0001nc", came.get().getLast());
  }

  @Test
  void aNameThatIsAMaskEndsNobodysSessions() throws Exception {
    for (String mask : List.of("*@example.org", "a?ice@example.org")) {
      for (Executable kick :
          List.<Executable>of(
              () -> doveadm().kick(mask),
              () -> doveadm().kick(mask, InetAddress.getLoopbackAddress()),
              () -> doveadm().kickApp(mask, "phone"))) {
        var refused = assertThrows(IOException.class, kick);
        assertTrue(refused.toString().contains("mask"), refused::toString);
      }
    }
  }

  @Test
  void aRefusalSaysWhatDovecotSaid() {
    var _ = answering(HELLO, "\n-NOPERM\n");
    var refused = assertThrows(IOException.class, () -> doveadm().reload());
    assertTrue(refused.toString().contains("NOPERM"), refused::toString);
  }

  @Test
  void aSocketThatAsksForAPasswordIsNoneOfOurs() {
    var _ = answering("VERSION\tdoveadm-client\t1\t2\n-\n");
    var refused = assertThrows(IOException.class, () -> doveadm().reload());
    assertTrue(refused.toString().contains("0600"), refused::toString);
  }

  @Test
  void aDovecotThatIsSilentIsNotWaitedForLong() {
    var waiting = new DoveadmSocket(socket, Duration.ofMillis(50));
    var silent = assertThrows(IOException.class, waiting::reload);
    assertTrue(silent.toString().contains("in time"), silent::toString);
  }

  @Test
  void whereNobodyListensThatIsSaid() {
    assertThrows(
        IOException.class,
        () -> new DoveadmSocket(directory.resolve("none"), Duration.ofSeconds(1)).reload());
  }
}
