package net.facteur.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import net.facteur.server.tls.ServerCertificate;

/// A mail exchanger with STARTTLS that notes whether it was used, and an attacker's box in front of
/// it that can be switched on.
final class TlsMx implements AutoCloseable {
  /// What stands between the client and the host.
  enum Path {
    /// Nothing.
    CLEAR,
    /// STARTTLS is taken out of the answer to EHLO.
    STRIPPED,
    /// The attacker's own certificate is shown.
    SWAPPED
  }

  /// A message that was taken.
  record Taken(String recipient, boolean tls, String text) {}

  private final ServerSocket listener = new ServerSocket();
  private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Taken> taken = new ConcurrentLinkedQueue<>();
  private final SSLContext own;
  private final SSLContext attackers;
  private final List<String> protocols;
  private volatile Path path;

  /// @param own the host's certificate
  /// @param attackers that of the attacker
  TlsMx(InetSocketAddress address, ServerCertificate own, ServerCertificate attackers, Path path)
      throws IOException {
    this(address, own, attackers, path, List.of());
  }

  /// @param protocols of TLS that it speaks; empty for what Java does
  TlsMx(
      InetSocketAddress address,
      ServerCertificate own,
      ServerCertificate attackers,
      Path path,
      List<String> protocols)
      throws IOException {
    this.protocols = List.copyOf(protocols);
    this.own = context(own);
    this.attackers = context(attackers);
    this.path = path;
    listener.setReuseAddress(true);
    listener.bind(address, 100);
    var _ = sessions.submit(this::accept);
  }

  static SSLContext context(ServerCertificate certificate) throws IOException {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "host",
          certificate.key(),
          new char[0],
          certificate.chain().toArray(X509Certificate[]::new));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  void path(Path next) {
    path = next;
  }

  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /// True where a message for the recipient has come.
  boolean took(String recipient) {
    return taken.stream().anyMatch(t -> t.recipient().equals(recipient));
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        var _ = sessions.submit(() -> serve(socket, path));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket plain, Path now) {
    try (plain) {
      Socket socket = plain;
      InputStream in = new BufferedInputStream(socket.getInputStream());
      boolean tls = false;
      String recipient = "";
      Lines.write(socket.getOutputStream(), "220 mx.test ESMTP");
      for (String line = Lines.read(in); !line.isEmpty(); line = Lines.read(in)) {
        switch (line.substring(0, Math.min(4, line.length()))) {
          case "EHLO" ->
              Lines.write(
                  socket.getOutputStream(),
                  "250-mx.test\r\n250-8BITMIME\r\n"
                      + (tls || now == Path.STRIPPED ? "" : "250-STARTTLS\r\n")
                      + "250 PIPELINING");
          case "STAR" -> {
            Lines.write(socket.getOutputStream(), "220 go");
            var context = now == Path.SWAPPED ? attackers : own;
            var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
            secure.setUseClientMode(false);
            if (!protocols.isEmpty()) {
              secure.setEnabledProtocols(protocols.toArray(String[]::new));
            }
            secure.startHandshake();
            socket = secure;
            in = new BufferedInputStream(secure.getInputStream());
            tls = true;
          }
          case "RCPT" -> {
            recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
            Lines.write(socket.getOutputStream(), "250 2.1.5 Ok");
          }
          case "DATA" -> {
            Lines.write(socket.getOutputStream(), "354 Go on");
            var text = new StringBuilder();
            for (String next = Lines.read(in); !next.equals(".\r\n"); next = Lines.read(in)) {
              if (next.isEmpty()) {
                return; // the client has gone
              }
              text.append(next);
            }
            taken.add(new Taken(recipient, tls, text.toString()));
            Lines.write(socket.getOutputStream(), "250 2.0.0 Ok");
          }
          case "QUIT" -> {
            Lines.write(socket.getOutputStream(), "221 2.0.0 Bye");
            return;
          }
          default -> Lines.write(socket.getOutputStream(), "250 2.0.0 Ok");
        }
      }
    } catch (IOException _) {
      // the client has gone
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sessions.shutdownNow();
  }
}
