package net.facteur.auth.dkim;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.facteur.auth.message.HeaderField;

/// A mail server's side of the milter protocol, version 6, as far as a filter that signs or
/// verifies needs it.
final class Milter implements AutoCloseable {
  private static final int VERSION = 6;
  private static final int ALL_ACTIONS = 0x1ff;

  /// Header values with their leading white space, which simple canonicalization needs.
  private static final int LEADING_SPACE = 0x100000;

  private static final int CHUNK = 60_000;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out;

  /// One answer of the filter.
  private record Packet(char kind, byte[] data) {
    List<String> texts(int from) {
      String text = new String(data, from, data.length - from, StandardCharsets.ISO_8859_1);
      return List.of(text.split("\0", -1));
    }
  }

  Milter(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
    send(
        'O',
        ByteBuffer.allocate(12).putInt(VERSION).putInt(ALL_ACTIONS).putInt(LEADING_SPACE).array());
    Packet agreed = receive();
    if (agreed.kind() != 'O' || (ByteBuffer.wrap(agreed.data()).getInt(8) & LEADING_SPACE) == 0) {
      throw new IOException("the filter does not want leading space");
    }
    var connect = new ByteArrayOutputStream();
    connect.writeBytes(text("localhost"));
    connect.writeBytes(new byte[] {'4', 0, 25});
    connect.writeBytes(text("127.0.0.1"));
    ask('C', connect.toByteArray());
    ask('H', text("localhost"));
  }

  /// The header fields that the filter puts on a message, as `name: value`.
  ///
  /// All is sent at once, since waiting for each answer takes most of the time. Where the filter
  /// decides early it ignores the rest.
  List<String> message(Eml eml) throws IOException {
    int steps = offer(eml);
    for (int i = 0; i < steps; i++) {
      if (receive().kind() != 'c') {
        send('A', new byte[0]);
        return List.of();
      }
    }
    var added = new ArrayList<String>();
    while (true) {
      Packet packet = receive();
      switch (packet.kind()) {
        case 'h' -> added.add(String.join(": ", packet.texts(0).subList(0, 2)));
        case 'i' -> added.add(String.join(": ", packet.texts(4).subList(0, 2)));
        case 'a', 'c', 'r', 't', 'd', 'y' -> {
          return added;
        }
        default -> {}
      }
    }
  }

  /// Sends everything up to the end of the message.
  ///
  /// @return how many steps before the end are answered
  private int offer(Eml eml) throws IOException {
    var all = new ByteArrayOutputStream();
    all.writeBytes(packet('M', text("<alice@example.com>")));
    all.writeBytes(packet('R', text("<bob@example.net>")));
    for (HeaderField field : eml.header().fields()) {
      var header = new ByteArrayOutputStream();
      header.writeBytes(text(field.name()));
      header.writeBytes(text(field.value().replace("\r\n", "\n")));
      all.writeBytes(packet('L', header.toByteArray()));
    }
    all.writeBytes(packet('N', new byte[0]));
    byte[] body = eml.body();
    int chunks = 0;
    for (int i = 0; i < body.length; i += CHUNK, chunks++) {
      all.writeBytes(packet('B', Arrays.copyOfRange(body, i, Math.min(body.length, i + CHUNK))));
    }
    all.writeBytes(packet('E', new byte[0]));
    out.write(all.toByteArray());
    return 3 + eml.header().fields().size() + chunks;
  }

  private void ask(char command, byte[] data) throws IOException {
    send(command, data);
    Packet answer = receive();
    if (answer.kind() != 'c') {
      throw new IOException("the filter answers " + answer.kind() + " to " + command);
    }
  }

  private static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
  }

  private void send(char command, byte[] data) throws IOException {
    out.write(packet(command, data));
  }

  private static byte[] packet(char command, byte[] data) {
    var packet = ByteBuffer.allocate(5 + data.length).putInt(1 + data.length);
    return packet.put((byte) command).put(data).array();
  }

  private Packet receive() throws IOException {
    int length = in.readInt();
    char kind = (char) in.readUnsignedByte();
    return new Packet(kind, in.readNBytes(length - 1));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
