package net.facteur.server.delivery;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A mail server on loopback that follows a script, one run of it for each connection.
final class ScriptedServer implements Closeable {
  interface Script {
    void run(Peer peer) throws IOException;
  }

  /// One connection as the script sees it.
  static final class Peer implements Closeable {
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final List<String> heard;
    private final List<String> messages;
    final int number;

    Peer(Socket socket, int number, List<String> heard, List<String> messages) throws IOException {
      this.number = number;
      this.messages = messages;
      this.heard = heard;
      use(socket);
    }

    void use(Socket other) throws IOException {
      socket = other;
      in = new BufferedInputStream(other.getInputStream());
      out = other.getOutputStream();
    }

    Socket socket() {
      return socket;
    }

    void say(String... lines) throws IOException {
      raw(String.join("\r\n", lines) + "\r\n");
    }

    void raw(String octets) throws IOException {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /// The next line, or an empty text at the end.
    String line() throws IOException {
      var line = new StringBuilder();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          break;
        }
        if (b != '\r') {
          line.append((char) b);
        }
      }
      heard.add(line.toString());
      return line.toString();
    }

    /// Reads a line for each of these, which it must start with.
    void expect(String... starts) throws IOException {
      for (String start : starts) {
        String line = line();
        if (!line.startsWith(start)) {
          throw new IOException("expected " + start + " but heard " + line);
        }
      }
    }

    /// Everything up to the final dot, dots still doubled.
    String data() throws IOException {
      var all = new StringBuilder();
      while (!all.toString().endsWith("\r\n.\r\n") && !all.toString().equals(".\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("end within data");
        }
        all.append((char) b);
      }
      messages.add(all.toString());
      return all.toString();
    }

    String octets(int count) throws IOException {
      return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /// A BDAT command with its octets.
    String chunk() throws IOException {
      String line = line();
      if (!line.startsWith("BDAT ")) {
        throw new IOException("expected BDAT but heard " + line);
      }
      return octets(Integer.parseInt(line.split(" ", -1)[1]));
    }

    /// Takes an envelope of one recipient with a first chunk, then the rest, and answers each.
    String chunks(String mail, String recipient, String first, String last) throws IOException {
      expect("MAIL", "RCPT");
      String content = chunk();
      say(mail, recipient, first);
      content += chunk();
      messages.add(content);
      say(last);
      return content;
    }

    /// Greets and answers EHLO with these extensions.
    void hello(String... extensions) throws IOException {
      say("220 mx.test ready");
      ehlo(extensions);
    }

    void ehlo(String... extensions) throws IOException {
      expect("EHLO");
      var lines = new ArrayList<String>(List.of("mx.test"));
      lines.addAll(List.of(extensions));
      for (int i = 0; i < lines.size(); i++) {
        say((i == lines.size() - 1 ? "250 " : "250-") + lines.get(i));
      }
    }

    /// Takes one message by DATA, pipelined or not.
    String accept() throws IOException {
      expect("MAIL");
      say("250 2.1.0 Ok");
      expect("RCPT");
      say("250 2.1.5 Ok");
      expect("DATA");
      say("354 go");
      String data = data();
      say("250 2.0.0 taken");
      return data;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private final ServerSocket server;
  final List<String> heard = new CopyOnWriteArrayList<>();
  final List<String> messages = new CopyOnWriteArrayList<>();
  final List<Throwable> troubles = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  ScriptedServer(Script script) throws IOException {
    this("127.0.0.1", 0, script);
  }

  ScriptedServer(String address, int port, Script script) throws IOException {
    server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 50);
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try {
              var socket = server.accept();
              int number = connections.incrementAndGet();
              Thread.startVirtualThread(() -> serve(script, socket, number));
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  private void serve(Script script, Socket socket, int number) {
    try (var peer = new Peer(socket, number, heard, messages)) {
      script.run(peer);
    } catch (IOException | RuntimeException e) {
      troubles.add(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
