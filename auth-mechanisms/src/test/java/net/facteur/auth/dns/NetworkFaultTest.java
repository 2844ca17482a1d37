package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Reasons are words, whatever the exception says.
class NetworkFaultTest {
  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(new PortUnreachableException(), "nothing listens on that port"),
        Arguments.of(new ConnectException(), "the connection was refused"),
        Arguments.of(new ConnectException("Connection refused"), "Connection refused"),
        Arguments.of(new NoRouteToHostException(), "there is no route"),
        Arguments.of(new SocketTimeoutException(), "no answer in time"),
        Arguments.of(new UnknownHostException("mx.test"), "unknown host mx.test"),
        Arguments.of(new ClosedChannelException(), "the connection was closed"),
        Arguments.of(new AsynchronousCloseException(), "the connection was closed"),
        Arguments.of(new ClosedByInterruptException(), "the connection was closed"),
        Arguments.of(new EOFException(), "the connection ended early"),
        Arguments.of(new InterruptedByTimeoutException(), "interrupted by timeout"),
        Arguments.of(new SocketException("Connection reset"), "Connection reset"),
        Arguments.of(new IOException(), "input or output failed"),
        Arguments.of(new IOException("  "), "input or output failed"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void eachHasWords(IOException fault, String words) {
    assertEquals(words, NetworkFault.of(fault));
  }

  @Test
  void aLookUpAtAClosedPortSaysSo() throws Exception {
    InetSocketAddress closed;
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      closed = new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }
    var settings =
        DnsSettings.DEFAULTS
            .withServers(List.of(closed))
            .withTimeouts(Duration.ofSeconds(5), 1, Duration.ofSeconds(10));
    var resolver = new DnsResolver(settings, new SecureRandom(), InstantSource.system());
    String reason =
        assertInstanceOf(
                Answer.Failed.class, resolver.lookup(DomainName.of("fass.de"), RecordType.MX))
            .reason();
    assertTrue(reason.contains("nothing listens on that port at "), reason);
    assertTrue(!reason.contains("null"), reason);
  }
}
