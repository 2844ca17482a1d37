package net.facteur.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A message that a filter keeps out of all mailboxes, from 250 to the mailbox after all.
class QuarantineTest {
  private static final String SENDER = "carol@example.net";
  private static final Pattern LINK =
      Pattern.compile("\r?\nhttps://mail\\.example\\.org(/quarantine/\\S+)\r?\n");

  @TempDir private Path directory;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  /// Speaks as clamd does: what holds the word VIRUS is harmful, what holds LOCKED has a password.
  private record Scanner(ServerSocket socket) implements AutoCloseable {
    static Scanner start() throws IOException {
      var scanner = new Scanner(new ServerSocket(0, 50, World.OURS));
      Thread.ofVirtual().start(scanner::accept);
      return scanner;
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket client = socket.accept();
          Thread.ofVirtual().start(() -> answer(client));
        } catch (IOException _) {
          return; // closed
        }
      }
    }

    private static void answer(Socket client) {
      try (client;
          var in = new DataInputStream(client.getInputStream())) {
        var command = new StringBuilder();
        for (int c = in.read(); c > 0; c = in.read()) {
          command.append((char) c);
        }
        String said = "PONG";
        if (command.toString().equals("zINSTREAM")) {
          var content = new ByteArrayOutputStream();
          for (int n = in.readInt(); n > 0; n = in.readInt()) {
            content.write(in.readNBytes(n));
          }
          String text = content.toString(ISO_8859_1);
          said =
              text.contains("VIRUS")
                  ? "stream: Eicar-Test-Signature FOUND"
                  : text.contains("LOCKED")
                      ? "stream: Heuristics.Encrypted.Zip FOUND"
                      : "stream: OK";
        }
        client.getOutputStream().write((said + "\0").getBytes(US_ASCII));
      } catch (EOFException _) {
        // gone
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private RunningServer start(Scanner scanner) throws IOException {
    InstantSource clock = () -> Instant.now().plus(ahead.get());
    return RunningServer.start(
        new World(directory),
        "filter.clamav { address = \"127.0.0.2:"
            + scanner.socket().getLocalPort()
            + "\", found = quarantine, encrypted = quarantine }\n"
            + "listen.policy = [\"127.0.0.2:0\"]\nquarantine.digest = daily\n",
        CryptoProviders.detect(),
        clock);
  }

  /// @return the id under which it was taken
  private static String send(RunningServer server, String to, String body) throws IOException {
    try (var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
      String reply = link.send(SENDER, to, Mail.of(SENDER, to, "about " + body, body));
      assertTrue(reply.startsWith("250"), reply);
      return reply.substring(reply.lastIndexOf(' ') + 1);
    }
  }

  private static List<Mail> mails(RunningServer server, String user, String text)
      throws IOException {
    return server.site().mailbox(user).mails().stream()
        .filter(mail -> mail.body().contains(text))
        .toList();
  }

  private static CommandLineRun quarantine(RunningServer server, String... arguments) {
    var all = new java.util.ArrayList<>(List.of("quarantine"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-c", server.site().configuration().toString()));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  /// Everything that the web answers to one request.
  private static String web(RunningServer server, String method, String path) throws IOException {
    InetSocketAddress address = server.server().webListeners().getFirst();
    try (var plain = new Socket(address.getAddress(), address.getPort());
        var socket =
            server
                .world()
                .trust()
                .getSocketFactory()
                .createSocket(plain, Site.HOST, address.getPort(), true)) {
      socket
          .getOutputStream()
          .write(
              (method
                      + " "
                      + path
                      + " HTTP/1.1\r\nHost: "
                      + Site.HOST
                      + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                  .getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void thePostmasterReleasesAVirusByCommandOnce() throws Exception {
    try (var scanner = Scanner.start();
        var server = start(scanner)) {
      String id = send(server, Site.BOB, "VIRUS one");
      send(server, Site.BOB, "harmless");
      Await.until(() -> "no mail", () -> !mails(server, Site.BOB, "harmless").isEmpty());
      assertEquals(List.of(), mails(server, Site.BOB, "VIRUS"));
      assertTrue(server.why(id).contains("\"quarantined\":"), server.why(id));
      assertTrue(quarantine(server, "list").text().contains(id), "it is listed");

      assertEquals(1, quarantine(server, "release", id).code(), "a virus takes a word more");
      CommandLineRun release = quarantine(server, "release", "--virus-too", id);
      assertEquals(0, release.code(), release.text());
      Mail released = server.site().mailbox(Site.BOB).awaitWith("VIRUS one");
      assertTrue(
          released.fields("Received").getFirst().contains("(released from quarantine)"),
          released::text);
      assertTrue(released.fields("Authentication-Results").size() == 1, released::text);
      assertEquals(1, quarantine(server, "release", "--virus-too", id).code());
      send(server, Site.BOB, "the end");
      server.site().mailbox(Site.BOB).awaitWith("the end");
      assertEquals(1, mails(server, Site.BOB, "VIRUS one").size());
      assertTrue(server.why(id).contains("\"state\":\"released\""), server.why(id));
      assertTrue(server.why(SENDER).contains("\"what\":\"released\""), server.why(SENDER));
    }
  }

  @Test
  void theRecipientReleasesAMessageByTheLinkOfADigestOnce() throws Exception {
    try (var scanner = Scanner.start();
        var server = start(scanner)) {
      send(server, Site.BOB, "LOCKED one");
      send(server, Site.BOB, "VIRUS two");
      ahead.set(Duration.ofHours(2));
      Mail digest = server.site().mailbox(Site.BOB).awaitWith("about LOCKED one");
      assertFalse(digest.body().contains("VIRUS"), digest::text);
      assertEquals("auto-generated", digest.fields("Auto-Submitted").getFirst());
      Matcher link = LINK.matcher(digest.body());
      assertTrue(link.find(), digest::text);
      String path = link.group(1);

      for (String method : List.of("GET", "HEAD", "GET", "HEAD")) {
        assertTrue(web(server, method, path).startsWith("HTTP/1.1 200 "), method);
      }
      send(server, Site.BOB, "harmless");
      server.site().mailbox(Site.BOB).awaitWith("harmless");
      assertEquals(1, mails(server, Site.BOB, "LOCKED one").size(), "only the digest names it");

      assertTrue(web(server, "POST", path).contains("is on its way to " + Site.BOB));
      assertTrue(web(server, "POST", path).contains("was delivered already"));
      Await.until(() -> "it does not come", () -> mails(server, Site.BOB, "LOCKED one").size() > 1);
      send(server, Site.BOB, "the end");
      server.site().mailbox(Site.BOB).awaitWith("the end");
      assertEquals(2, mails(server, Site.BOB, "LOCKED one").size());
    }
  }
}
