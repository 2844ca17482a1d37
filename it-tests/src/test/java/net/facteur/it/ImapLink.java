package net.facteur.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail program that reads, command by command, over TLS. The same words do for POP3 and
/// ManageSieve, whose answers end otherwise.
final class ImapLink implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private Socket socket;
  private InputStream in;
  private int commands;

  private ImapLink(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// Connects from an address, and changes to TLS by STARTTLS.
  static ImapLink open(InetSocketAddress server, InetAddress from, SSLContext trust)
      throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(server, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    var link = new ImapLink(socket);
    link.line();
    link.expect(link.command("STARTTLS"));
    link.secure(trust);
    return link;
  }

  /// The same with a server of ManageSieve.
  static ImapLink manageSieve(InetSocketAddress server, SSLContext trust) throws IOException {
    var socket = new Socket();
    socket.connect(server, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    var link = new ImapLink(socket);
    link.sieveAnswer();
    link.write("STARTTLS\r\n");
    link.sieveAnswer();
    link.secure(trust);
    link.sieveAnswer();
    return link;
  }

  /// Logs in by SASL PLAIN.
  ///
  /// @return the line that says how it went
  String sieveLogin(String user, String password) throws IOException {
    byte[] plain = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    write("AUTHENTICATE \"PLAIN\" \"" + Base64.getEncoder().encodeToString(plain) + "\"\r\n");
    return sieveAnswer();
  }

  private String sieveAnswer() throws IOException {
    String line = line();
    while (!line.matches("(OK|NO|BYE)\\b.*")) {
      line = line();
    }
    return line;
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  static ImapLink open(InetSocketAddress server, SSLContext trust) throws IOException {
    return open(server, InetAddress.ofLiteral("127.0.0.1"), trust);
  }

  private void secure(SSLContext trust) throws IOException {
    var secured =
        (SSLSocket)
            trust
                .getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secured.startHandshake();
    socket = secured;
    in = new BufferedInputStream(secured.getInputStream());
  }

  /// The certificate that the server showed.
  X509Certificate certificate() throws IOException {
    return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  /// Logs in.
  ///
  /// @return what the server said to it
  String login(String user, String password) throws IOException {
    return command("LOGIN " + quoted(user) + " " + quoted(password));
  }

  /// The same, where it must go well.
  ImapLink as(String user, String password) throws IOException {
    expect(login(user, password));
    return this;
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// Sends a command that must go well.
  ///
  /// @return all lines of its answer
  String done(String command) throws IOException {
    String answer = command(command);
    expect(answer);
    return answer;
  }

  private void expect(String answer) {
    if (!answer.substring(answer.lastIndexOf('\n') + 1).matches("t\\d+ OK .*")) {
      throw new AssertionError(answer);
    }
  }

  /// Sends a command.
  ///
  /// @return all lines of its answer, the last one with its tag
  String command(String command) throws IOException {
    String tag = "t" + ++commands;
    write(tag + " " + command + "\r\n");
    var answer = new StringBuilder();
    for (String line = line(); ; line = line()) {
      answer.append(answer.isEmpty() ? "" : "\n").append(line);
      if (line.startsWith(tag + " ")) {
        return answer.toString();
      }
    }
  }

  /// A message that is appended to a folder.
  ///
  /// @return what the server said to it
  String append(String folder, String message) throws IOException {
    byte[] octets = message.getBytes(StandardCharsets.UTF_8);
    String tag = "t" + ++commands;
    String command = tag + " APPEND " + folder + " {" + octets.length + "+}\r\n";
    socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(octets);
    socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    String line = line();
    while (!line.startsWith(tag + " ")) {
      line = line();
    }
    return line;
  }

  /// Waits until the server ends the session.
  ///
  /// @return what it said before
  String end() throws IOException {
    var said = new StringBuilder();
    try {
      while (true) {
        said.append(line()).append('\n');
      }
    } catch (HungUp _) {
      return said.toString();
    }
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new HungUp("the server hung up after: " + text);
      }
      if (octet != '\r') {
        text.append((char) octet);
      }
    }
    return text.toString();
  }

  /// The server has ended the session.
  private static final class HungUp extends IOException {
    private static final long serialVersionUID = 1L;

    HungUp(String message) {
      super(message);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
