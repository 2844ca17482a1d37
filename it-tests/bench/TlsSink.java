import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail exchanger that takes everything, by STARTTLS and TLS 1.3 only, and throws it away.
///
/// `java TlsSink.java ADDRESS PORT KEYSTORE [MESSAGES]`: the key store is PKCS #12 with the
/// password `sink`; MESSAGES is how many a connection may bring, announced as RFC 9422 has it. On
/// port + 1 whoever connects is told `messages connections`.
final class TlsSink {
  private final SSLContext tls;
  private final String limits;
  private final LongAdder messages = new LongAdder();
  private final LongAdder connections = new LongAdder();

  private TlsSink(SSLContext tls, String limits) {
    this.tls = tls;
    this.limits = limits;
  }

  public static void main(String[] args) throws Exception {
    String limits = args.length > 3 ? "250-LIMITS MAILMAX=" + args[3] + "\r\n" : "";
    var sink = new TlsSink(context(Path.of(args[2])), limits);
    var port = Integer.parseInt(args[1]);
    var address = InetAddress.getByName(args[0]);
    var counter = new ServerSocket();
    counter.bind(new InetSocketAddress(address, port + 1), 10);
    Thread.ofPlatform().daemon().start(() -> sink.tell(counter));
    var listener = new ServerSocket();
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.bind(new InetSocketAddress(address, port), 1024);
    while (true) {
      Socket client = listener.accept();
      Thread.startVirtualThread(() -> sink.serve(client));
    }
  }

  private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "sink".toCharArray());
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "sink".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void tell(ServerSocket counter) {
    while (true) {
      try (Socket client = counter.accept()) {
        String sums = messages.sum() + " " + connections.sum() + "\n";
        client.getOutputStream().write(sums.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // who asked has gone
      }
    }
  }

  private void serve(Socket plain) {
    try (plain) {
      plain.setTcpNoDelay(true);
      Socket socket = plain;
      var in = new BufferedInputStream(socket.getInputStream(), 8192);
      var out = socket.getOutputStream();
      reply(out, "220 sink.test ESMTP");
      for (String line = line(in); ; line = line(in)) {
        switch (line.substring(0, Math.min(4, line.length()))) {
          case "EHLO" ->
              reply(
                  out,
                  "250-sink.test\r\n"
                      + (socket == plain ? "250-STARTTLS\r\n" : limits)
                      + "250-PIPELINING\r\n250 8BITMIME");
          case "STAR" -> {
            reply(out, "220 go");
            var secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
            secure.setUseClientMode(false);
            secure.setEnabledProtocols(new String[] {"TLSv1.3"});
            secure.startHandshake();
            connections.increment();
            socket = secure;
            in = new BufferedInputStream(secure.getInputStream(), 8192);
            out = secure.getOutputStream();
          }
          case "DATA" -> {
            reply(out, "354 go on");
            swallow(in);
            messages.increment();
            reply(out, "250 2.0.0 thrown away");
          }
          case "QUIT" -> {
            reply(out, "221 2.0.0 bye");
            socket.close();
            return;
          }
          case "MAIL" -> reply(out, socket == plain ? "530 5.7.0 TLS first" : "250 2.1.0 ok");
          default -> reply(out, "250 2.0.0 ok");
        }
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  /// Reads to the line with the dot.
  private static void swallow(InputStream in) throws IOException {
    String end = "\r\n.\r\n";
    for (int matched = 2; matched < end.length(); ) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException();
      }
      matched = octet == end.charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException();
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  private static void reply(OutputStream out, String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
