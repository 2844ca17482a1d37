package net.facteur.auth.srs;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// The postsrsd of this machine, asked through its two tables.
final class PostSrsd implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/postsrsd");
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int ATTEMPTS = 3_000;

  private final Process process;
  private final int forward;
  private final int reverse;

  /// An answer: the address, or why there is none.
  record Answer(boolean good, String text) {}

  static void require() {
    boolean there = Files.isExecutable(PROGRAM);
    String missing = "not run: apt-get install postsrsd";
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(missing);
    }
    if (!there) {
      System.out.println(missing);
    }
    Assumptions.assumeTrue(there, missing);
  }

  PostSrsd(Path folder, List<String> secrets, char separator, int hashLength) throws Exception {
    Path file = folder.resolve("secrets");
    Files.write(file, secrets);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    forward = freePort();
    reverse = freePort();
    process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "-4",
                "-l127.0.0.1",
                "-s" + file,
                "-dexample.org",
                "-a" + separator,
                "-n" + hashLength,
                "-N" + hashLength,
                "-f" + forward,
                "-r" + reverse)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    awaitListening(forward, folder);
    awaitListening(reverse, folder);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening(int port, Path folder) throws Exception {
    for (int i = 0; ; i++) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(LOOPBACK, port), 10_000);
        return;
      } catch (IOException e) {
        if (!process.isAlive() || i == ATTEMPTS) {
          close();
          throw new IOException(
              "postsrsd does not start: " + Files.readString(folder.resolve("log")), e);
        }
        Thread.sleep(20);
      }
    }
  }

  List<Answer> forward(List<String> addresses) throws IOException {
    return ask(forward, addresses);
  }

  List<Answer> reverse(List<String> addresses) throws IOException {
    return ask(reverse, addresses);
  }

  private static List<Answer> ask(int port, List<String> addresses) throws IOException {
    var answers = new ArrayList<Answer>();
    try (var socket = new Socket(LOOPBACK, port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (String address : addresses) {
        // one at a time: its buffer holds one question
        out.write(("get " + encoded(address) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String line = in.readLine();
        if (line == null || line.length() < 4) {
          throw new IOException("postsrsd hung up at " + address + ": " + line);
        }
        answers.add(new Answer(line.startsWith("200 "), decoded(line.substring(4))));
      }
    }
    return answers;
  }

  private static String encoded(String text) {
    var out = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && octet != '%') {
        out.append((char) octet);
      } else {
        out.append('%').append(HexFormat.of().toHexDigits(octet));
      }
    }
    return out.toString();
  }

  private static String decoded(String text) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%' && i + 2 < text.length()) {
        out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.write(text.charAt(i));
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
