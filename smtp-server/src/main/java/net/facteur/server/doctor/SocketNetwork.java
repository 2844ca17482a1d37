package net.facteur.server.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Real connections.
///
/// @param online false keeps to this machine
public record SocketNetwork(boolean online) implements ServerFacts.Network {
  private static final int MAX_LINES = 100;

  @Override
  public List<String> talk(InetSocketAddress server, List<String> lines, Duration timeout) {
    var replies = new ArrayList<String>();
    try (var socket = new Socket()) {
      socket.connect(server, (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      replies.add(reply(in));
      for (String line : lines) {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        replies.add(reply(in));
      }
    } catch (IOException _) {
      // What came so far is the answer.
    }
    return List.copyOf(replies);
  }

  private static String reply(BufferedReader in) throws IOException {
    for (int i = 0; i < MAX_LINES; i++) {
      String line = in.readLine();
      if (line == null) {
        break;
      }
      if (line.length() < 4 || line.charAt(3) != '-') {
        return line;
      }
    }
    throw new IOException("no reply");
  }
}
