package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/// What has arrived on a connection and has not been taken yet.
final class ReceivedOctets {
  /// A buffer of this size may stay, however little is in it; each connection has paid for it.
  private static final int SMALL = MemoryBudget.CONNECTION / 2;

  /// What a peer may waste on a line for which there is no room, before it is cut off.
  private static final int MAX_SKIPPED = 64 << 10;

  private final ByteBufAllocator allocator;
  private ByteBuf octets = Unpooled.EMPTY_BUFFER;
  private boolean skipping;
  private int skipped;
  private boolean ended;

  /// How far a line that finds no room has got.
  enum Skipped {
    /// There is none: the octets are to be read.
    NONE,
    /// Its end has not come.
    PART,
    /// It has ended, and is gone.
    WHOLE,
    /// It does not end.
    ENDLESS
  }

  ReceivedOctets(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  ByteBuf octets() {
    return octets;
  }

  int size() {
    return octets.readableBytes();
  }

  boolean any() {
    return octets.isReadable();
  }

  /// The peer has closed its side: nothing follows.
  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /// Adds what has just arrived, and owns it from now on.
  void add(ByteBuf more) {
    octets = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, octets, more);
  }

  /// Hands everything out, to be put back in front of what comes meanwhile.
  ByteBuf takeAll() {
    ByteBuf all = octets;
    octets = Unpooled.EMPTY_BUFFER;
    return all;
  }

  void putBack(ByteBuf earlier) {
    octets = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, earlier, octets);
  }

  /// Lets go of a buffer that is much too large for what is left in it.
  ///
  /// @return octets that are held beyond those that each connection may hold
  int trim() {
    int left = octets.readableBytes();
    if (left == 0) {
      drop();
    } else if (octets.capacity() > SMALL && octets.capacity() > 2 * left) {
      ByteBuf fitting = allocator.buffer(left).writeBytes(octets);
      drop();
      octets = fitting;
    }
    return Math.max(0, octets.capacity() - SMALL);
  }

  void drop() {
    octets.release();
    octets = Unpooled.EMPTY_BUFFER;
  }

  /// The line that is being received is not to be kept.
  void skipLine() {
    skipping = true;
    skipped = 0;
  }

  /// Drops what belongs to a line that is not to be kept.
  Skipped skip() {
    if (!skipping) {
      return Skipped.NONE;
    }
    int lf = octets.indexOf(octets.readerIndex(), octets.writerIndex(), (byte) '\n');
    if (lf >= 0) {
      octets.readerIndex(lf + 1);
      skipping = false;
      return Skipped.WHOLE;
    }
    skipped += octets.readableBytes();
    octets.skipBytes(octets.readableBytes());
    return skipped > MAX_SKIPPED ? Skipped.ENDLESS : Skipped.PART;
  }
}
