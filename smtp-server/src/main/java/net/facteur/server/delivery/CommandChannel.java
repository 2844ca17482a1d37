package net.facteur.server.delivery;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The octets of one connection: commands collected and written together, replies read line by
/// line. One thread at a time; the watchdog may close it from outside.
final class CommandChannel implements Closeable {
  static final int LINE_MAX = 1000;
  static final int LINES_MAX = 100;
  private static final int READ_BUFFER = 4096;
  private static final int WRITE_BUFFER = 32 * 1024;
  private static final byte[] CRLF = {'\r', '\n'};

  private final Closeable connection;
  private final InputStream in;
  private final OutputStream out;
  private final Watchdog watchdog;
  private final byte[] input;
  private int inputAt;
  private int inputEnd;
  private final byte[] output;
  private int outputEnd;
  private volatile long deadline;
  private volatile boolean expired;

  CommandChannel(Closeable connection, InputStream in, OutputStream out, Watchdog watchdog) {
    this(connection, in, out, watchdog, new byte[READ_BUFFER], new byte[WRITE_BUFFER]);
  }

  private CommandChannel(
      Closeable connection,
      InputStream in,
      OutputStream out,
      Watchdog watchdog,
      byte[] input,
      byte[] output) {
    this.input = input;
    this.output = output;
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.watchdog = watchdog;
    this.deadline = Long.MAX_VALUE;
    watchdog.add(this);
  }

  /// From now on, what happens on the connection must be over within `limit`.
  void within(Duration limit) {
    deadline = System.nanoTime() + limit.toNanos();
  }

  boolean overdue(long now) {
    long at = deadline;
    return at != Long.MAX_VALUE && now - at > 0;
  }

  /// True once its time was over.
  boolean expired() {
    return expired;
  }

  void expire() {
    expired = true;
    close();
  }

  /// Appends an ASCII or UTF-8 command, without its CRLF.
  CommandChannel put(String command) throws IOException {
    int length = command.length();
    for (int i = 0; i < length; i++) {
      if (command.charAt(i) >= 0x80) {
        byte[] octets = command.getBytes(StandardCharsets.UTF_8);
        put(octets, 0, octets.length);
        return this;
      }
    }
    if (length > output.length - outputEnd) {
      flush();
    }
    if (length > output.length) {
      byte[] octets = command.getBytes(StandardCharsets.ISO_8859_1);
      put(octets, 0, octets.length);
      return this;
    }
    for (int i = 0; i < length; i++) {
      output[outputEnd++] = (byte) command.charAt(i);
    }
    return this;
  }

  CommandChannel line(String command) throws IOException {
    put(command);
    put(CRLF, 0, 2);
    return this;
  }

  void put(byte[] octets, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      if (outputEnd == output.length) {
        flush();
      }
      int n = Math.min(left, output.length - outputEnd);
      System.arraycopy(octets, at, output, outputEnd, n);
      outputEnd += n;
      at += n;
      left -= n;
    }
  }

  void put(byte octet) throws IOException {
    if (outputEnd == output.length) {
      flush();
    }
    output[outputEnd++] = octet;
  }

  void flush() throws IOException {
    if (outputEnd == 0) {
      return;
    }
    int length = outputEnd;
    outputEnd = 0;
    try {
      out.write(output, 0, length);
      out.flush();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /// True where the peer has sent more than was asked for, as far as can be seen without waiting.
  boolean hasInput() {
    if (inputAt < inputEnd) {
      return true;
    }
    try {
      return in.available() > 0;
    } catch (IOException _) {
      // It is closed, which the next reading will say.
      return false;
    }
  }

  /// Sends what is collected and reads one reply.
  ///
  /// @throws ProtocolException where the reply is malformed or over a limit
  Reply reply(Duration limit) throws IOException {
    within(limit);
    flush();
    List<String> lines = List.of();
    int code = 0;
    for (int n = 1; ; n++) {
      int end = readLine();
      int thisCode = code(end);
      boolean more = end - inputAt > 3 && input[inputAt + 3] == '-';
      String text = end - inputAt > 4 ? text(inputAt + 4, end) : "";
      next(end);
      if (n > 1 && thisCode != code) {
        throw new ProtocolException("the codes of a reply differ");
      }
      code = thisCode;
      if (n == 1) {
        if (!more) {
          return new Reply(code, List.of(text));
        }
        lines = new ArrayList<>();
      }
      lines.add(text);
      if (!more) {
        return new Reply(code, List.copyOf(lines));
      }
      if (n == LINES_MAX) {
        throw new ProtocolException("a reply of more than " + LINES_MAX + " lines");
      }
    }
  }

  private int code(int end) throws ProtocolException {
    int first = end - inputAt >= 3 ? input[inputAt] - '0' : -1;
    int second = first < 0 ? -1 : input[inputAt + 1] - '0';
    int third = first < 0 ? -1 : input[inputAt + 2] - '0';
    boolean separated =
        end - inputAt == 3
            || (end - inputAt > 3 && (input[inputAt + 3] == ' ' || input[inputAt + 3] == '-'));
    if (first < 2
        || first > 5
        || second < 0
        || second > 9
        || third < 0
        || third > 9
        || !separated) {
      throw new ProtocolException("a reply without a reply code");
    }
    return first * 100 + second * 10 + third;
  }

  /// @return where the line at `inputAt` ends, its CRLF (or a lone LF) not counted
  private int readLine() throws IOException {
    int scanned = inputAt;
    while (true) {
      for (; scanned < inputEnd; scanned++) {
        if (input[scanned] == '\n') {
          if (scanned - inputAt > LINE_MAX) {
            throw new ProtocolException("a reply line of more than " + LINE_MAX + " octets");
          }
          return scanned > inputAt && input[scanned - 1] == '\r' ? scanned - 1 : scanned;
        }
      }
      if (inputEnd - inputAt > LINE_MAX) {
        throw new ProtocolException("a reply line of more than " + LINE_MAX + " octets");
      }
      if (inputAt > 0) {
        System.arraycopy(input, inputAt, input, 0, inputEnd - inputAt);
        scanned -= inputAt;
        inputEnd -= inputAt;
        inputAt = 0;
      }
      int n = read();
      if (n < 0) {
        throw new EOFException("the host closed the connection");
      }
      inputEnd += n;
    }
  }

  private int read() throws IOException {
    try {
      return in.read(input, inputEnd, input.length - inputEnd);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  private void next(int end) {
    inputAt = input[end] == '\r' ? end + 2 : end + 1;
    if (inputAt == inputEnd) {
      inputAt = 0;
      inputEnd = 0;
    }
  }

  private String text(int from, int to) {
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      byte b = input[i];
      if (b >= 0 && (b < ' ' || b == 0x7f)) {
        input[i] = '?';
      }
      ascii &= b >= 0;
    }
    if (ascii) {
      return new String(input, from, to - from, StandardCharsets.ISO_8859_1);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(input, from, to - from))
              .toString();
      return text.chars().anyMatch(Character::isISOControl)
          ? text.replaceAll("\\p{Cntrl}|[\\x80-\\x9f]", "?")
          : text;
    } catch (CharacterCodingException e) {
      var out = new StringBuilder();
      for (int i = from; i < to; i++) {
        out.append(input[i] < 0 ? '?' : (char) input[i]);
      }
      return out.toString();
    }
  }

  private IOException explain(IOException e) {
    return expired ? new SocketTimeoutException("the host took too long") : e;
  }

  /// Tells the host that nothing more comes, and closes. The time limit goes on until then.
  void end() {
    try {
      out.close();
    } catch (IOException _) {
      // The peer was faster.
    } finally {
      close();
    }
  }

  /// Drops the connection; never waits.
  @Override
  public void close() {
    watchdog.remove(this);
    try {
      connection.close();
    } catch (IOException _) {
      // Nothing is left to do about a connection that cannot even be closed.
    }
  }

  /// The wire on which the conversation goes on after the handshake. This one is of no use then.
  CommandChannel secured(ClientTls.Secured tls) {
    watchdog.remove(this);
    return new CommandChannel(tls.connection(), tls.in(), tls.out(), watchdog, input, output);
  }
}
