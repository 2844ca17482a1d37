package net.facteur.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListeningSocketsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static IOException refused(InetSocketAddress address) {
    try (var listeners =
        new Listeners(
            new Random(1),
            new ListeningSockets(InheritedSockets.NONE),
            new MemoryBudget(MemoryBudget.LEAST))) {
      return assertThrows(
          IOException.class,
          () ->
              listeners.bind(
                  address,
                  () ->
                      new ConnectionSetup(
                          new Conversation.Factory() {
                            @Override
                            public Conversation open(Link link) {
                              throw new AssertionError();
                            }

                            @Override
                            public String overloaded() {
                              return "421";
                            }
                          },
                          Optional.empty(),
                          false,
                          TransportSettings.DEFAULTS)));
    }
  }

  @Test
  void anAddressInUseIsNamedWithWhoHoldsIt() throws Exception {
    try (var taken = new ServerSocket(0, 1, LOOPBACK)) {
      String message =
          String.valueOf(
              refused(new InetSocketAddress(LOOPBACK, taken.getLocalPort())).getMessage());
      assertTrue(
          message.startsWith(
              "cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": the address is in use by "),
          message);
      assertTrue(message.contains("(process " + ProcessHandle.current().pid() + ")"), message);
      assertTrue(message.contains("ss -ltnp 'sport = :" + taken.getLocalPort() + "'"), message);
    }
  }

  @Test
  void whatCannotBeOpenedIsToldBeforehandAndTheRestIsFreeAfterwards() throws Exception {
    InetSocketAddress used;
    try (var taken = new ServerSocket(0, 1, LOOPBACK)) {
      used = new InetSocketAddress(LOOPBACK, taken.getLocalPort());
      var elsewhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 2525);
      var free = new InetSocketAddress(LOOPBACK, 0);
      List<BindFailure> shut = Doors.tryEach(List.of(free, used, elsewhere, free));
      assertEquals(
          List.of(BindFailure.Kind.IN_USE, BindFailure.Kind.NO_ADDRESS),
          shut.stream().map(BindFailure::kind).toList());
      assertEquals(List.of(used, elsewhere), shut.stream().map(BindFailure::address).toList());
    }
    assertEquals(List.of(), Doors.tryEach(List.of(used)));
    assertEquals(List.of(), Doors.tryEach(List.of(used)), "it is let go of");
  }

  @Test
  void anAddressOfAnotherMachineIsCalledThat() throws Exception {
    var elsewhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 2525);
    String message = String.valueOf(refused(elsewhere).getMessage());
    assertTrue(message.startsWith("cannot listen on 192.0.2.1:2525: this machine has no"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "Permission denied, 25, may not open ports below 1024",
    "Address family not supported by protocol, 25, this machine has no IPv6",
    "Something else, 25, Something else"
  })
  void everyReasonHasItsWords(String reason, int port, String expected) {
    var failure =
        BindFailure.of(new InetSocketAddress(LOOPBACK, port), new SocketException(reason));
    String message = failure.text().in(Language.ENGLISH);
    assertTrue(message.startsWith("cannot listen on 127.0.0.1:" + port + ": "), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void theHolderIsFoundInTheTablesOfTheKernel(@TempDir Path proc) throws IOException {
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:01BB 0200007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 11 1
           1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1
        """);
    Path descriptors = Files.createDirectories(proc.resolve("77/fd"));
    Files.createSymbolicLink(descriptors.resolve("3"), Path.of("socket:[12]"));
    Files.writeString(proc.resolve("77/comm"), "nginx\n");
    Path others = Files.createDirectories(proc.resolve("66/fd"));
    Files.createSymbolicLink(others.resolve("3"), Path.of("socket:[11]"));
    Files.writeString(proc.resolve("66/comm"), "curl\n");
    assertEquals(
        Optional.of(new SocketHolder("nginx", "77")),
        SocketHolder.of(proc, new InetSocketAddress(LOOPBACK, 443)));
    assertEquals(Optional.empty(), SocketHolder.of(proc, new InetSocketAddress(LOOPBACK, 80)));
  }
}
