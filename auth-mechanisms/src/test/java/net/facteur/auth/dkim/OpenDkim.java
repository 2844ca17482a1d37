package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Assumptions;

/// The OpenDKIM of this machine as a filter that is asked about many messages. Its key records
/// stand in a file.
final class OpenDkim implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/opendkim");
  private static final int WAIT_SECONDS = 60;

  /// Short, since the path of a socket must be.
  private final Path folder = Files.createTempDirectory(Path.of("/tmp"), "facteur-opendkim-");

  OpenDkim() throws IOException {}

  static void require() {
    boolean there = Files.isExecutable(PROGRAM);
    String missing = "not run: apt-get install opendkim";
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(missing);
    }
    if (!there) {
      System.out.println(missing);
    }
    Assumptions.assumeTrue(there, missing);
  }

  /// The signature of each message.
  ///
  /// @param key signs in the name of `example.com`
  List<HeaderField> sign(
      List<Eml> messages, DkimPrivateKey key, String selector, Canonicalization form)
      throws Exception {
    Path keyFile = Files.writeString(folder.resolve("key"), key.toPem());
    List<List<String>> added =
        ask(
            messages,
            """
            Mode s
            Domain example.com
            Selector %s
            KeyFile %s
            SignatureAlgorithm %s
            Canonicalization %s/%s
            OversignHeaders From,Subject
            InternalHosts 127.0.0.1
            """
                .formatted(
                    selector,
                    keyFile,
                    key.algorithm().word(),
                    form.header().word(),
                    form.body().word()));
    var fields = new ArrayList<HeaderField>();
    for (List<String> one : added) {
      assertEquals(1, one.size(), one::toString);
      String value = one.getFirst().substring("DKIM-Signature: ".length());
      // it gives the space before the value where it is given it
      fields.add(HeaderField.of("DKIM-Signature", value.replace("\n", "\r\n")));
    }
    return fields;
  }

  /// The Authentication-Results that it gives each message, empty for none.
  ///
  /// @param zone TXT records by name
  List<String> verify(List<Eml> messages, Map<String, String> zone) throws Exception {
    var records = new StringBuilder();
    zone.forEach((name, text) -> records.append(name).append(' ').append(text).append('\n'));
    Path data = Files.writeString(folder.resolve("records"), records);
    return ask(messages, "Mode v\nTestDNSData file:" + data + "\n").stream()
        .map(fields -> String.join("\n", fields))
        .toList();
  }

  private List<List<String>> ask(List<Eml> messages, String settings) throws Exception {
    Path socket = folder.resolve("socket");
    Path file =
        Files.writeString(
            folder.resolve("settings"),
            settings + "Syslog no\nUMask 000\nRequireSafeKeys no\nSocket local:" + socket + "\n");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-f", "-x", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      for (int i = 0; !listens(socket); i++) {
        if (!process.isAlive() || i > WAIT_SECONDS * 50) {
          fail("OpenDKIM does not start: " + Files.readString(log));
        }
        Thread.sleep(20);
      }
      var answers = new ArrayList<List<String>>();
      try (var milter = new Milter(socket)) {
        for (Eml message : messages) {
          answers.add(milter.message(message));
        }
      }
      return answers;
    } finally {
      // its own way to end takes five seconds
      process.destroyForcibly().waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
    }
  }

  /// The name of a socket is there a moment before anybody listens at it.
  private static boolean listens(Path socket) throws IOException {
    if (!Files.exists(socket)) {
      return false;
    }
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return true;
    } catch (ConnectException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
