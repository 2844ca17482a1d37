package net.facteur.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The client's end of an SMTP connection, one line at a time.
final class SmtpLink implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final String hello;

  private SmtpLink(Socket socket, String hello) throws IOException {
    this.socket = socket;
    this.hello = hello;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /// Connects from `source`, reads the greeting and says EHLO.
  static SmtpLink open(InetSocketAddress server, InetAddress source, String hello)
      throws IOException {
    return open(server, source, "", hello);
  }

  /// The same with octets before anything else, such as the header of a proxy.
  static SmtpLink open(InetSocketAddress server, InetAddress source, String first, String hello)
      throws IOException {
    var socket = new Socket();
    try {
      socket.bind(new InetSocketAddress(source, 0));
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server, TIMEOUT_MILLIS);
      var link = new SmtpLink(socket, hello);
      link.write(first);
      link.expect("220", link.reply());
      link.expect("250", link.command("EHLO " + hello));
      return link;
    } catch (IOException | AssertionError e) {
      socket.close();
      throw e;
    }
  }

  static SmtpLink open(InetSocketAddress server) throws IOException {
    return open(server, server.getAddress(), "client.test");
  }

  /// Changes to TLS and says which certificate was shown, whatever its name.
  X509Certificate certificate(SSLContext trust) throws IOException {
    return certificate(trust, socket.getInetAddress().getHostAddress());
  }

  /// The same for one who asks for the host by this name.
  X509Certificate certificate(SSLContext trust, String host) throws IOException {
    expect("220", command("STARTTLS"));
    var secured =
        (SSLSocket) trust.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    secured.startHandshake();
    return (X509Certificate) secured.getSession().getPeerCertificates()[0];
  }

  /// Changes to TLS, the certificate verified, and logs in.
  SmtpLink login(SSLContext trust, String user, String password) throws IOException {
    secure(trust);
    login(user, password);
    return this;
  }

  /// Logs in.
  void login(String user, String password) throws IOException {
    byte[] plain = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    expect("235", command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain)));
  }

  /// Changes to TLS, the certificate verified, and says EHLO again.
  void secure(SSLContext trust) throws IOException {
    expect("220", command("STARTTLS"));
    String host = socket.getInetAddress().getHostAddress();
    var secured =
        (SSLSocket) trust.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    socket = secured;
    in = new BufferedInputStream(secured.getInputStream());
    out = secured.getOutputStream();
    expect("250", command("EHLO " + hello));
  }

  /// Sends one message.
  ///
  /// @return the reply to the final dot, or the first refusal on the way there
  String send(String reversePath, String recipient, Mail mail) throws IOException {
    String reply = begin(reversePath, recipient);
    if (!reply.startsWith("354")) {
      return reply;
    }
    content(mail);
    return reply();
  }

  /// MAIL, RCPT and DATA: the 354, or the first refusal.
  String begin(String reversePath, String recipient) throws IOException {
    String reply = command("MAIL FROM:<" + reversePath + ">");
    if (reply.startsWith("250")) {
      reply = command("RCPT TO:<" + recipient + ">");
    }
    return reply.startsWith("250") ? command("DATA") : reply;
  }

  /// Sends the content with its final dot, and reads no reply.
  void content(Mail mail) throws IOException {
    write(mail.text().replace("\r\n.", "\r\n..") + ".\r\n");
  }

  String command(String line) throws IOException {
    write(line + "\r\n");
    return reply();
  }

  void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /// A reply, its lines joined by line feeds.
  String reply() throws IOException {
    var text = new StringBuilder();
    while (true) {
      int start = text.length();
      for (int octet = in.read(); octet != '\n'; octet = in.read()) {
        if (octet < 0) {
          throw new IOException("the server hung up after: " + text);
        }
        if (octet != '\r') {
          text.append((char) octet);
        }
      }
      if (text.length() - start < 4 || text.charAt(start + 3) != '-') {
        return text.toString();
      }
      text.append('\n');
    }
  }

  private void expect(String code, String reply) {
    if (!reply.startsWith(code)) {
      throw new AssertionError("expected " + code + ", got " + reply);
    }
  }

  /// Vanishes, without QUIT.
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
