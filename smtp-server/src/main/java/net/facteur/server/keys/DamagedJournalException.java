package net.facteur.server.keys;

import java.io.IOException;

/// A line of the journal is not what we write, or cannot follow on those before it.
public final class DamagedJournalException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedJournalException(int line, String what) {
    super(
        "line "
            + line
            + " of the journal "
            + what
            + "; nothing changes until it is mended. Put the file from the backup in its place, or"
            + " remove the line");
  }
}
