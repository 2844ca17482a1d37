package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A client that says exactly what it is told to.
final class SmtpDialog implements AutoCloseable {
  private final Prefixed plain;
  private Socket socket;
  private InputStream in;
  private OutputStream out;

  SmtpDialog(int port) throws IOException {
    plain = new Prefixed();
    socket = plain;
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    socket.connect(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /// A socket whose next octets go out behind others, in one packet.
  private static final class Prefixed extends Socket {
    private byte[] prefix = {};

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
          byte[] all = Arrays.copyOf(prefix, prefix.length + length);
          System.arraycopy(octets, from, all, prefix.length, length);
          prefix = new byte[0];
          out.write(all);
        }
      };
    }
  }

  /// Sends octets together with those that come next.
  void withNext(String text) {
    plain.prefix = text.getBytes(StandardCharsets.UTF_8);
  }

  /// Goes on within TLS.
  SSLSocket secure(SSLContext context, String serverName) throws IOException {
    var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, serverName, 0, true);
    tls.startHandshake();
    socket = tls;
    in = new BufferedInputStream(tls.getInputStream());
    out = tls.getOutputStream();
    return tls;
  }

  SmtpDialog send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  SmtpDialog send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
    return this;
  }

  SmtpDialog trickle(byte[] octets) throws IOException {
    for (byte b : octets) {
      out.write(b);
      out.flush();
    }
    return this;
  }

  /// One whole reply, its lines joined by LF; empty at the end of the connection.
  String reply() throws IOException {
    var all = new StringBuilder();
    while (true) {
      String line = line();
      if (line.isEmpty()) {
        return all.toString();
      }
      assertTrue(line.length() + 2 <= 512, "reply line too long");
      all.append(all.isEmpty() ? "" : "\n").append(line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return all.toString();
      }
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    int c;
    try {
      while ((c = in.read()) >= 0) {
        if (c == '\n') {
          assertEquals('\r', line.charAt(line.length() - 1));
          line.setLength(line.length() - 1);
          return line.toString();
        }
        line.append((char) c);
      }
    } catch (java.net.SocketException _) {
      return "";
    }
    return line.toString();
  }

  /// Expects a reply that starts with `start`.
  SmtpDialog expect(String start) throws IOException {
    String reply = reply();
    assertTrue(reply.startsWith(start), () -> "expected " + start + ", got " + reply);
    return this;
  }

  /// Sends a command and expects a reply.
  SmtpDialog say(String command, String start) throws IOException {
    send(command + "\r\n");
    String reply = reply();
    assertTrue(reply.startsWith(start), () -> command + ": expected " + start + ", got " + reply);
    return this;
  }

  SmtpDialog ehlo() throws IOException {
    return expect("220 ").say("EHLO client.example", "250");
  }

  /// EHLO, MAIL, RCPT.
  SmtpDialog open() throws IOException {
    return ehlo().say("MAIL FROM:<a@example.org>", "250 2").say("RCPT TO:<b@example.org>", "250 2");
  }

  /// Breaks off, so that the peer learns of it at once.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  void expectEnd() throws IOException {
    assertEquals("", reply());
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
