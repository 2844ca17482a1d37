package net.facteur.server.keys;

import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;

/// A line of the journal is not what we write, or cannot follow on those before it.
public final class DamagedJournalException extends ToldException {
  private static final long serialVersionUID = 1;

  DamagedJournalException(Text said) {
    super(said);
  }
}
