package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

/// The way out of a connection: replies, flushed in batches, and the close.
final class ReplyWriter {
  private final Channel channel;
  private boolean unsent;

  ReplyWriter(Channel channel) {
    this.channel = channel;
  }

  void write(Step.Reply reply) {
    var _ = channel.write(encode(reply), channel.voidPromise());
    unsent = true;
  }

  void flush() {
    if (unsent) {
      unsent = false;
      channel.flush();
    }
  }

  /// Sends the last reply, then closes.
  ///
  /// @param unread the peer may be sending still. A plain close would then reset the connection,
  ///   and take the reply with it, so our side is closed first and the peer gets a moment to read.
  /// @return true where the close is still to come, and may need a push
  boolean writeLast(Step.Reply reply, boolean unread) {
    channel.config().setAutoRead(true);
    unsent = false;
    var sent = channel.writeAndFlush(encode(reply));
    if (unread && channel instanceof DuplexChannel duplex) {
      sent.addListener(
          _ -> {
            var _ = duplex.shutdownOutput();
          });
      return true;
    }
    sent.addListener(ChannelFutureListener.CLOSE);
    return !sent.isDone();
  }

  void close() {
    flush();
    var _ = channel.close();
  }

  boolean full() {
    return !channel.isWritable();
  }

  void read(boolean on) {
    if (channel.config().isAutoRead() != on) {
      channel.config().setAutoRead(on);
    }
  }

  private ByteBuf encode(Step.Reply reply) {
    int length = 0;
    for (CharSequence line : reply.lines()) {
      length += ByteBufUtil.utf8Bytes(line) + 2;
    }
    ByteBuf out = channel.alloc().buffer(length);
    for (CharSequence line : reply.lines()) {
      ByteBufUtil.writeUtf8(out, line);
      out.writeShort('\r' << 8 | '\n');
    }
    return out;
  }
}
