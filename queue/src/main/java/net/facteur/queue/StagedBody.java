package net.facteur.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A message body that has been received whole but not yet queued: small ones in memory, larger
/// ones in a file of the staging area. It belongs to whoever holds it, until [MailQueue#enqueue]
/// takes it over or it is discarded; an orphaned file is swept at start.
public interface StagedBody {
  /// Octets.
  long size();

  /// A stream at the first octet. The caller closes it. May be opened any number of times.
  InputStream open() throws IOException;

  /// Forgets the body and removes its file, if any. Does nothing after the queue took it over.
  void discard();

  /// A body held in memory, such as that of a report.
  ///
  /// @param octets not copied, so it must not change afterwards
  static StagedBody of(byte[] octets) {
    return new Octets(octets);
  }

  /// A body held in memory, which the store writes without another copy.
  ///
  /// @param octets shared, not to be changed
  record Octets(byte[] octets) implements StagedBody {
    @Override
    public long size() {
      return octets.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(octets);
    }

    @Override
    public void discard() {}
  }
}
