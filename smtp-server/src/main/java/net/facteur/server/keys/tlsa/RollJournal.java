package net.facteur.server.keys.tlsa;

import java.nio.file.Path;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.Journal;
import net.facteur.server.keys.JournalFile;
import net.facteur.server.keys.JournalStore;
import net.facteur.server.keys.Outcome;

/// The journal of the keys of certificates.
public final class RollJournal extends Journal<CertificateKeys, RollEvent> {
  public RollJournal(JournalStore store) {
    super(store, CertificateKeys.EMPTY);
  }

  /// The journal in a directory of certificates.
  public static RollJournal in(Path directory) {
    return new RollJournal(new JournalFile(directory.resolve(FILE_NAME)));
  }

  @Override
  protected Parsed<RollEvent> parse(String line) {
    return RollText.parse(line);
  }

  @Override
  protected String print(RollEvent event) {
    return RollText.print(event);
  }

  @Override
  protected Outcome<CertificateKeys> apply(CertificateKeys keys, RollEvent event) {
    return keys.apply(event);
  }
}
