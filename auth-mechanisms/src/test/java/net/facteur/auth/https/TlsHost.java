package net.facteur.auth.https;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A web server on one loopback port that answers as a test tells it.
public final class TlsHost implements AutoCloseable {
  /// Writes an answer; an exception hangs up.
  public interface Behaviour {
    void answer(OutputStream out) throws IOException;
  }

  private final SSLServerSocket socket;
  private final Behaviour behaviour;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public TlsHost(SSLContext context, Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    this.socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /// Answers with this text, line ends as they stand.
  public static Behaviour text(String answer) {
    return out -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
  }

  public int port() {
    return socket.getLocalPort();
  }

  /// The first lines of the requests that came.
  public List<String> requests() {
    return requests;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        var client = (SSLSocket) socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SSLSocket client) {
    try (client) {
      var in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      requests.add(String.valueOf(in.readLine()));
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {}
      behaviour.answer(client.getOutputStream());
      client.getOutputStream().flush();
    } catch (IOException e) {
      // the client has gone, as it should with most of these
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
