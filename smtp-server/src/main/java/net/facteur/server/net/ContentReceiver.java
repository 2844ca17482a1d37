package net.facteur.server.net;

import java.nio.ByteBuffer;

/// Takes the content of DATA or BDAT. The methods are called one after the other; [#take] and
/// [#seal] on another thread than the event loop while [#mayBlock] is true.
public interface ContentReceiver {
  /// True where the next [#take] or [#seal] may wait for a disk.
  boolean mayBlock();

  /// False once the content is refused whatever follows: further octets only pass by, and give the
  /// peer no more time.
  boolean wanted();

  /// The next octets, with the dots of DATA already taken off. The buffer must not be kept.
  void take(ByteBuffer octets);

  /// DATA contained a CR or LF on its own; the content cannot be accepted any more.
  void spoiled();

  /// No octets follow. Finishes what needs a disk; [#end] is called next.
  void seal();

  /// All content is in. On the event loop.
  Step end();
}
