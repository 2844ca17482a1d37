package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;

/// A mail program, as far as sending goes: EHLO, STARTTLS with the server's certificate verified,
/// AUTH PLAIN, one message at a time. Blocking; one thread at a time.
final class MailClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MAX_LINE = 2_048;
  private static final int MAX_LINES = 100;

  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final String hello;
  private List<String> extensions = List.of();

  private MailClient(Socket socket, String hello) throws IOException {
    this.socket = socket;
    this.hello = hello;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream());
  }

  /// A reply.
  ///
  /// @param lines the text of each line
  record Reply(int code, List<String> lines) {
    boolean positive() {
      return code >= 200 && code < 400;
    }

    @Override
    public String toString() {
      return code + " " + String.join(" / ", lines);
    }
  }

  /// Connects, reads the greeting and says EHLO.
  ///
  /// @param source the address to come from, where it matters
  /// @param hello the name to give
  static MailClient connect(InetSocketAddress server, Optional<InetAddress> source, String hello)
      throws IOException {
    var socket = new Socket();
    try {
      if (source.isPresent()) {
        socket.bind(new InetSocketAddress(source.get(), 0));
      }
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server, TIMEOUT_MILLIS);
      var client = new MailClient(socket, hello);
      expect(client.reply(), SAY.theGreeting());
      client.ehlo();
      return client;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void ehlo() throws IOException {
    extensions = expect(command("EHLO " + hello), Text.of("EHLO")).lines();
  }

  boolean offers(String extension) {
    return extensions.stream().anyMatch(e -> e.equals(extension) || e.startsWith(extension + " "));
  }

  /// Changes to TLS.
  ///
  /// @param trusted with the trust anchors to verify against
  /// @param name the name that must stand in the certificate
  /// @return the protocol version
  String startTls(SSLContext trusted, String name) throws IOException {
    expect(command("STARTTLS"), Text.of("STARTTLS"));
    var secured =
        (SSLSocket) trusted.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(name)));
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    socket = secured;
    in = new BufferedInputStream(secured.getInputStream());
    out = new BufferedOutputStream(secured.getOutputStream());
    // RFC 3207, section 4.2: what was said before TLS is forgotten.
    ehlo();
    return secured.getSession().getProtocol();
  }

  /// Logs in.
  void authenticate(String user, String password) throws IOException {
    byte[] plain = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    expect(command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain)), Text.of("AUTH"));
  }

  /// Sends one message.
  ///
  /// @param message with CRLF line ends throughout
  /// @return the reply to the final dot, or the first refusal on the way there
  Reply send(String reversePath, String recipient, byte[] message) throws IOException {
    Reply mail = command("MAIL FROM:<" + reversePath + ">");
    if (!mail.positive()) {
      return mail;
    }
    Reply rcpt = command("RCPT TO:<" + recipient + ">");
    if (!rcpt.positive()) {
      return rcpt;
    }
    Reply data = command("DATA");
    if (data.code() != 354) {
      return data;
    }
    writeContent(message);
    return reply();
  }

  private void writeContent(byte[] message) throws IOException {
    boolean lineStart = true;
    for (byte octet : message) {
      if (lineStart && octet == '.') {
        // RFC 5321, section 4.5.2
        out.write('.');
      }
      out.write(octet);
      lineStart = octet == '\n';
    }
    out.write((lineStart ? ".\r\n" : "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private Reply command(String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    return reply();
  }

  private static Reply expect(Reply reply, Text what) throws IOException {
    if (!reply.positive()) {
      throw new ToldException(SAY.answered(what, reply.toString()));
    }
    return reply;
  }

  private Reply reply() throws IOException {
    var lines = new ArrayList<String>();
    while (lines.size() < MAX_LINES) {
      String line = line();
      int code = code(line);
      lines.add(line.length() > 4 ? line.substring(4) : "");
      if (line.length() == 3 || line.charAt(3) != '-') {
        return new Reply(code, List.copyOf(lines));
      }
    }
    throw new ToldException(SAY.replyEndless());
  }

  private static int code(String line) throws IOException {
    if (line.length() >= 3) {
      int code = 0;
      for (int i = 0; i < 3; i++) {
        char c = line.charAt(i);
        if (c < '0' || c > '9') {
          break;
        }
        code = code * 10 + (c - '0');
      }
      if (code >= 200 && code < 600) {
        return code;
      }
    }
    throw new ToldException(SAY.notReply(line));
  }

  private String line() throws IOException {
    var octets = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (octet == '\n') {
        String line = octets.toString(StandardCharsets.ISO_8859_1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      }
      if (octets.size() == MAX_LINE) {
        throw new ToldException(SAY.replyLineLong());
      }
      octets.write(octet);
    }
    throw new ToldException(SAY.connectionClosed());
  }

  /// Says goodbye and closes the connection.
  @Override
  public void close() {
    try (Socket ending = socket) {
      out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      ending.setSoTimeout(1_000);
      reply();
    } catch (IOException _) {
      // The connection is of no use any more either way.
    }
  }
}
