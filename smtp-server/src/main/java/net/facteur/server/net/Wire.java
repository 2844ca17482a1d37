package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;

/// The way out of a connection: replies, flushed in batches, and the close.
final class Wire {
  private final ChannelHandlerContext ctx;
  private boolean unsent;

  Wire(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  void write(Step.Reply reply) {
    var _ = ctx.write(encode(reply), ctx.voidPromise());
    unsent = true;
  }

  void flush() {
    if (unsent) {
      unsent = false;
      ctx.flush();
    }
  }

  /// Sends the last reply, then closes.
  ///
  /// @param unread the peer may be sending still. A plain close would then reset the connection,
  ///   and take the reply with it, so our side is closed first and the peer gets a moment to read.
  /// @return true where the close is still to come, and may need a push
  boolean writeLast(Step.Reply reply, boolean unread) {
    ctx.channel().config().setAutoRead(true);
    unsent = false;
    var sent = ctx.writeAndFlush(encode(reply));
    if (unread && ctx.channel() instanceof DuplexChannel channel) {
      sent.addListener(
          _ -> {
            var _ = channel.shutdownOutput();
          });
      return true;
    }
    sent.addListener(ChannelFutureListener.CLOSE);
    return !sent.isDone();
  }

  void close() {
    flush();
    var _ = ctx.close();
  }

  boolean full() {
    return !ctx.channel().isWritable();
  }

  void read(boolean on) {
    if (ctx.channel().config().isAutoRead() != on) {
      ctx.channel().config().setAutoRead(on);
    }
  }

  private ByteBuf encode(Step.Reply reply) {
    int length = 0;
    for (CharSequence line : reply.lines()) {
      length += ByteBufUtil.utf8Bytes(line) + 2;
    }
    ByteBuf out = ctx.alloc().buffer(length);
    for (CharSequence line : reply.lines()) {
      ByteBufUtil.writeUtf8(out, line);
      out.writeShort('\r' << 8 | '\n');
    }
    return out;
  }
}
