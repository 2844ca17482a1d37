package net.facteur.server.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Asks Dovecot's doveadm service, over a unix socket that only our user may open: that takes the
/// place of a password. One command for each connection.
///
/// @param path of the socket
/// @param patience how long an answer may take
/// @see <a href="https://doc.dovecot.org/2.3/developer_manual/design/doveadm_protocol/">Doveadm
///   protocol</a>
public record DoveadmSocket(Path path, Duration patience) {
  private static final String HELLO = "VERSION\tdoveadm-server\t1\t0\n";

  /// What more it says is of no use.
  private static final int MAX_ANSWER = 64 * 1024;

  /// What came of a command.
  public enum Answer {
    DONE,
    /// Nothing was there that it could be done to.
    NOT_FOUND
  }

  /// Ends the sessions of a user.
  ///
  /// @throws IOException where it did not answer in time, or refused, or the name is a mask
  public Answer kick(String user) throws IOException {
    return ask(List.of("kick", one(user)));
  }

  /// Ends those sessions of a user that came from an address.
  ///
  /// @throws IOException where it did not answer in time, or refused, or the name is a mask
  public Answer kick(String user, InetAddress address) throws IOException {
    return ask(List.of("kick", one(user), address.getHostAddress()));
  }

  /// Ends those sessions of a user that an app password opened. Dovecot 2.3 cannot do so.
  ///
  /// @throws IOException where it did not answer in time, or refused, or the name is a mask
  public Answer kickApp(String user, String app) throws IOException {
    return ask(List.of("kick", "-f", "user_app", one(user) + ":" + app));
  }

  /// Whether Dovecot takes the name for a mask of many users. It has no way to write such a name so
  /// that it means one.
  static boolean isMask(String user) {
    return user.indexOf('*') >= 0 || user.indexOf('?') >= 0;
  }

  private static String one(String user) throws IOException {
    if (isMask(user)) {
      throw new IOException("Dovecot takes " + user + " for a mask of several users");
    }
    return user;
  }

  /// Has Dovecot read its settings again, and the certificate.
  ///
  /// @throws IOException where it did not answer in time, or refused
  public void reload() throws IOException {
    var _ = ask(List.of("reload"));
  }

  private Answer ask(List<String> words) throws IOException {
    long limit = System.nanoTime() + patience.toNanos();
    try (SocketChannel channel = connected();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      var key = channel.register(selector, SelectionKey.OP_READ);
      var said = new ByteArrayOutputStream();
      write(channel, selector, key, HELLO, limit);
      // It says `+` where we need no password, and `-` where we do.
      String greeting = answer(channel, selector, said, "+\n", "-\n", limit);
      if (greeting.endsWith("-\n")) {
        throw new IOException(path + " asks for a password; its mode has to be 0600");
      }
      said.reset();
      write(channel, selector, key, "\t\t" + String.join("\t", escaped(words)) + "\n", limit);
      String answer = answer(channel, selector, said, "\n+\n", "\n-", limit);
      if (answer.contains("\n+\n")) {
        return Answer.DONE;
      }
      String refusal = answer.substring(answer.lastIndexOf("\n-") + 2).strip();
      if (refusal.startsWith("NOTFOUND") || refusal.startsWith("NOUSER")) {
        return Answer.NOT_FOUND;
      }
      throw new IOException("Dovecot refused " + words.getFirst() + ": " + refusal);
    }
  }

  /// @throws DovecotAbsentException where nobody is there
  private SocketChannel connected() throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(path));
    } catch (SocketException e) {
      throw new DovecotAbsentException(path + ": " + e.getMessage(), e);
    }
  }

  private static List<String> escaped(List<String> words) {
    return words.stream()
        .map(w -> w.replace("\u0001", "\u00011").replace("\t", "\u0001t").replace("\n", "\u0001n"))
        .toList();
  }

  private static void write(
      SocketChannel channel, Selector selector, SelectionKey key, String line, long limit)
      throws IOException {
    ByteBuffer octets = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    key.interestOps(SelectionKey.OP_WRITE);
    while (octets.hasRemaining()) {
      if (channel.write(octets) == 0) {
        await(selector, limit);
      }
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  /// Reads until it says how it went.
  private String answer(
      SocketChannel channel,
      Selector selector,
      ByteArrayOutputStream said,
      String well,
      String badly,
      long limit)
      throws IOException {
    var buffer = ByteBuffer.allocate(4096);
    while (true) {
      String text = said.toString(StandardCharsets.ISO_8859_1);
      int bad = text.lastIndexOf(badly);
      if (text.endsWith(well) || (bad >= 0 && text.endsWith("\n"))) {
        return text;
      }
      int n = channel.read(buffer.clear());
      if (n < 0) {
        throw new IOException("Dovecot hung up at " + path + "; its log says why");
      }
      if (n == 0) {
        await(selector, limit);
      }
      said.write(buffer.array(), 0, n);
      if (said.size() > MAX_ANSWER) {
        throw new IOException("Dovecot said too much at " + path);
      }
    }
  }

  private static void await(Selector selector, long limit) throws IOException {
    long millis = (limit - System.nanoTime()) / 1_000_000;
    if (millis <= 0 || Thread.currentThread().isInterrupted()) {
      throw new IOException("Dovecot did not answer in time");
    }
    selector.select(millis);
    selector.selectedKeys().clear();
  }
}
