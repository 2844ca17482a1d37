package net.facteur.server.filter.milter;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A milter on loopback that writes down what it hears, and answers as told.
final class ScriptedMilter implements Closeable {
  final List<String> heard = new CopyOnWriteArrayList<>();

  /// What it answers by letter of the command, in place of `continue`; each is a letter and data.
  final Map<Character, List<Packet>> answers = new ConcurrentHashMap<>();

  volatile int actions = 0x1FF;
  volatile int protocol;
  volatile byte[] macros = new byte[0];

  /// Says nothing from this command on.
  volatile char silentFrom;

  /// Hangs up at this command.
  volatile char hangsUpAt;

  private final ServerSocket server;

  ScriptedMilter() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> talk(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket socket) {
    try (socket) {
      var in = new DataInputStream(socket.getInputStream());
      var out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        int length = in.readInt();
        char command = (char) in.readUnsignedByte();
        byte[] data = in.readNBytes(length - 1);
        heard.add(command + " " + shown(data));
        if (command == hangsUpAt) {
          return;
        }
        if (command == silentFrom) {
          silentFrom = 0;
          Thread.sleep(60_000);
        }
        if (command == 'Q') {
          return;
        }
        for (Packet packet : replies(command)) {
          out.writeInt(packet.data().length + 1);
          out.writeByte(packet.command());
          out.write(packet.data());
        }
        out.flush();
      }
    } catch (IOException e) {
      heard.add("closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Packet> replies(char command) {
    if (command == 'O') {
      byte[] terms =
          ByteBuffer.allocate(12 + macros.length)
              .putInt(6)
              .putInt(actions)
              .putInt(protocol)
              .put(macros)
              .array();
      return answers.getOrDefault('O', List.of(new Packet('O', terms)));
    }
    boolean unanswered =
        command == 'D'
            || command == 'A'
            || (command == 'L' && (protocol & 0x80) != 0)
            || (command == 'B' && (protocol & 0x80000) != 0);
    return unanswered ? List.of() : answers.getOrDefault(command, List.of(Packet.of('c')));
  }

  private static String shown(byte[] data) {
    return new String(data, StandardCharsets.UTF_8).replace('\0', '|');
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
