package net.facteur.auth.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/// A DNS server on one loopback port, UDP and TCP, that answers as a test tells it.
final class LoopbackServer implements AutoCloseable {
  /// The octets sent back for a question, each as one datagram or TCP message.
  interface Behaviour {
    List<byte[]> answer(Message query, boolean tcp) throws IOException;
  }

  final AtomicInteger udpQueries = new AtomicInteger();
  final AtomicInteger tcpQueries = new AtomicInteger();
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Behaviour behaviour;

  private LoopbackServer(DatagramSocket udp, ServerSocket tcp, Behaviour behaviour) {
    this.udp = udp;
    this.tcp = tcp;
    this.behaviour = behaviour;
  }

  static LoopbackServer start(Behaviour behaviour) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    while (true) {
      var tcp = new ServerSocket(0, 50, loopback);
      try {
        var udp = new DatagramSocket(tcp.getLocalPort(), loopback);
        var server = new LoopbackServer(udp, tcp, behaviour);
        Thread.ofVirtual().start(server::serveUdp);
        Thread.ofVirtual().start(server::serveTcp);
        return server;
      } catch (java.net.BindException taken) {
        tcp.close();
      }
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
  }

  /// An empty response to `query`.
  static Message response(Message query) {
    var response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.addRecord(query.getQuestion(), org.xbill.DNS.Section.QUESTION);
    return response;
  }

  private void serveUdp() {
    try {
      while (true) {
        var packet = new DatagramPacket(new byte[4096], 4096);
        udp.receive(packet);
        udpQueries.incrementAndGet();
        byte[] octets = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        for (byte[] answer : behaviour.answer(new Message(octets), false)) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serveTcp() {
    try {
      while (true) {
        try (Socket socket = tcp.accept()) {
          tcpQueries.incrementAndGet();
          var in = new DataInputStream(socket.getInputStream());
          var query = new Message(in.readNBytes(in.readUnsignedShort()));
          var out = new DataOutputStream(socket.getOutputStream());
          for (byte[] answer : behaviour.answer(query, true)) {
            out.writeShort(answer.length);
            out.write(answer);
          }
          out.flush();
        }
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
