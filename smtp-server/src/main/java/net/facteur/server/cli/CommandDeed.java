package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import net.facteur.server.config.Settings;
import net.facteur.server.journal.Deed;
import net.facteur.server.journal.Journal;

/// What a command did, for the journal.
///
/// @param by the user of this machine who typed it
/// @param on whom or what it was done to
record CommandDeed(String by, Deed.Kind kind, String on) {
  /// One of whoever types now.
  CommandDeed(Deed.Kind kind, String on) {
    this(System.getProperty("user.name", "?"), kind, on);
  }

  /// Writes it down.
  ///
  /// @throws CommandFailedException where a link of somebody else's leads to the journal
  void write(Settings settings, Workplace workplace) throws IOException {
    Path journal = Journal.file(settings);
    ClosedPlace.followNoLinkOfOthers(journal);
    new Journal(journal, workplace.clock()).command(by, kind, on);
  }
}
