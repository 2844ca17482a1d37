package net.facteur.queue;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Where the body of one message is collected while it is received. Not safe for several threads at
/// once.
public interface BodyStage {
  /// Adds all remaining octets of `octets`. Below the staging threshold this only copies memory;
  /// above it, it writes to a file and may block.
  ///
  /// @throws IOException where the disk is full or broken; the stage must then be discarded
  void write(ByteBuffer octets) throws IOException;

  /// Moves what is in memory to a file, where there is one, so that it takes up no memory. May
  /// block.
  ///
  /// @throws IOException where the disk is full or broken; the stage must then be discarded
  default void spill() throws IOException {}

  /// Octets so far.
  long size();

  /// True once the body is kept in a file, so that further writes may block.
  boolean inFile();

  /// Ends the body. The stage must not be written to afterwards.
  StagedBody complete() throws IOException;

  /// Forgets what was received.
  void discard();
}
