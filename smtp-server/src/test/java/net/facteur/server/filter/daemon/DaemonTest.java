package net.facteur.server.filter.daemon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonTest {
  private static final Daemon.Limits LIMITS = new Daemon.Limits(Duration.ofSeconds(20), 4);

  private static Daemon daemon(DaemonAddress address) {
    return new Daemon(address, LIMITS, Thread::startVirtualThread, System::nanoTime);
  }

  private static boolean hello(Conversation conversation) throws IOException {
    return new String(conversation.answer(100), US_ASCII).equals("hello");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:11333, 127.0.0.1:11333",
    "rspamd:11333, rspamd:11333",
    "[::1]:11333, [::1]:11333",
    "/run/clamav/clamd.ctl, /run/clamav/clamd.ctl",
    "unix:/run/clamav/clamd.ctl, /run/clamav/clamd.ctl",
  })
  void anAddressIsWrittenInOneWay(String written, String shown) {
    assertEquals(Optional.of(shown), DaemonAddress.parse(written).map(DaemonAddress::text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "127.0.0.1", "host:", ":11333", "::1:11333", "host:0", "host:70000", "run/x"})
  void whatIsNoAddressIsNone(String written) {
    assertEquals(Optional.empty(), DaemonAddress.parse(written));
  }

  @Test
  void aUnixSocketIsAskedAsWell() throws Exception {
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "daemon-");
    Path socket = directory.resolve("s");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual()
          .start(
              () -> {
                try (var connection = server.accept()) {
                  connection.write(ByteBuffer.wrap("hello".getBytes(US_ASCII)));
                } catch (IOException _) {
                  // the test is over
                }
              });
      assertEquals(
          new Daemon.Outcome.Answered<>(true),
          daemon(new DaemonAddress.Unix(socket)).askNow(DaemonTest::hello));
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  @Test
  void thePostmasterIsToldOnceThatItIsDownAndOnceThatItIsBack() throws IOException {
    var up = new AtomicBoolean();
    var told = new ArrayList<Notices.Notice>();
    try (var fake =
        new FakeDaemon(
            connection -> {
              if (up.get()) {
                connection.getOutputStream().write("hello".getBytes(US_ASCII));
              } else {
                throw new IOException("down");
              }
            })) {
      var watch =
          new DaemonWatch(
              daemon(fake.address()),
              new DaemonWatch.Role("rspamd", "rspamd", "filter.rspamd.when-down", false),
              conversation -> {
                if (!hello(conversation)) {
                  throw new IOException("no hello");
                }
                return true;
              },
              told::add,
              InstantSource.fixed(Instant.parse("2026-12-01T02:00:00Z")));
      for (boolean there : List.of(true, false, false, true, true)) {
        up.set(there);
        watch.advance();
      }
    }
    assertEquals(
        List.of("rspamd does not answer", "rspamd answers again"),
        told.stream().map(notice -> notice.subject().in(Language.ENGLISH)).toList());
    String text = told.getFirst().text().in(Language.ENGLISH);
    assertTrue(text.contains("filter.rspamd.when-down = defer"), text);
    assertTrue(text.contains("systemctl status rspamd"), text);
  }
}
