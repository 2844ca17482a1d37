package net.facteur.server.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.server.language.Language;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The other end of [ControlServer].
public final class ControlClient {
  private final Path socket;
  private final Language language;
  private final JsonMapper json = new JsonMapper();

  /// For who reads English.
  public ControlClient(Path socket) {
    this(socket, Language.ENGLISH);
  }

  /// @param language of the answers
  public ControlClient(Path socket, Language language) {
    this.socket = socket;
    this.language = language;
  }

  /// True where a server listens.
  public static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// What the server did not do, and why.
  ///
  /// @param details further lines, such as the mistakes in the settings
  /// @param whole the text says it all: nothing is wrong with the server
  public record Problem(String text, List<String> details, boolean whole) {
    public Problem {
      details = List.copyOf(details);
    }
  }

  /// Sends a request.
  ///
  /// @param out gets each line of the answer as it comes
  /// @return what went wrong; empty where the server did it
  /// @throws IOException where no server answers
  public Optional<Problem> send(ControlRequest request, Consumer<JsonNode> out) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer octets =
          ByteBuffer.wrap((request.line(json, language) + "\n").getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      var in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode node = json.readTree(line);
        if (node.path("done").asBoolean(false)) {
          return Optional.empty();
        }
        if (node.has("problem")) {
          List<String> details = new ArrayList<>();
          node.path("details").forEach(detail -> details.add(detail.asString("")));
          return Optional.of(
              new Problem(node.path("problem").asString(""), details, node.has("details")));
        }
        out.accept(node);
      }
      throw new IOException("the server hung up before its answer was complete");
    }
  }
}
