package net.facteur.server.net;

import io.netty.buffer.ByteBuf;

/// One piece of content on its way from the input to its receiver: dot-stuffed up to its end, or
/// counted.
sealed interface ContentPump {
  ContentReceiver receiver();

  /// True where [#pump] would get on.
  boolean ready(ByteBuf input);

  /// Hands on what `input` holds.
  ///
  /// @return true when the end was reached, `input` standing behind it
  boolean pump(ByteBuf input);

  /// DATA.
  record Dotted(ContentReceiver receiver, DotDecoder decoder) implements ContentPump {
    @Override
    public boolean ready(ByteBuf input) {
      return input.isReadable();
    }

    @Override
    public boolean pump(ByteBuf input) {
      return decoder.decode(input, receiver);
    }
  }

  /// BDAT.
  final class Counted implements ContentPump {
    private final ContentReceiver receiver;
    private long left;

    Counted(ContentReceiver receiver, long octets) {
      this.receiver = receiver;
      this.left = octets;
    }

    @Override
    public ContentReceiver receiver() {
      return receiver;
    }

    @Override
    public boolean ready(ByteBuf input) {
      return left == 0 || input.isReadable();
    }

    @Override
    public boolean pump(ByteBuf input) {
      int now = (int) Math.min(left, input.readableBytes());
      if (now > 0) {
        receiver.take(input.nioBuffer(input.readerIndex(), now));
        input.skipBytes(now);
        left -= now;
      }
      return left == 0;
    }
  }
}
