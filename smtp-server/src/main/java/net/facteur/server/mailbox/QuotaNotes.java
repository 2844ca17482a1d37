package net.facteur.server.mailbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.server.files.DurableFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Since when mailboxes are full, and which warnings their users have had. Kept in a small text
/// file, so that a restart neither begins the grace anew nor warns again. Not for use by several
/// threads.
final class QuotaNotes {
  private static final Logger LOG = LogManager.getLogger(QuotaNotes.class);
  private static final String NEVER = "-";
  private static final String LEVEL = "[0-9]{1,3}";

  private final Path file;
  private final Map<String, Note> notes = new HashMap<>();

  /// @param full since when there is no room
  /// @param warned the level of the last warning that was mailed, in percent; 0 for none
  /// @param due the level of a warning that was not mailed yet; 0 for none
  record Note(Optional<Instant> full, int warned, int due) {
    static final Note NONE = new Note(Optional.empty(), 0, 0);
  }

  QuotaNotes(Path file) {
    this.file = file;
    try {
      Files.readAllLines(file).forEach(this::read);
    } catch (NoSuchFileException _) {
      // nobody was near it yet
    } catch (IOException e) {
      LOG.warn("{} cannot be read, so warnings may come again: {}", file, e.getMessage());
    }
  }

  private void read(String line) {
    String[] parts = line.split(" ", -1);
    boolean waits = parts.length == 4 && parts[3].matches(LEVEL);
    if ((parts.length == 3 || waits) && parts[2].matches(LEVEL)) {
      try {
        Optional<Instant> full =
            parts[1].equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(parts[1]));
        notes.put(
            parts[0],
            new Note(full, Integer.parseInt(parts[2]), waits ? Integer.parseInt(parts[3]) : 0));
      } catch (DateTimeException _) {
        // damaged: as if it had never been noted
      }
    }
  }

  Note of(String user) {
    return notes.getOrDefault(user, Note.NONE);
  }

  /// Whose warnings were not mailed yet.
  List<String> due() {
    return notes.entrySet().stream()
        .filter(note -> note.getValue().due() > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Notes it, durably where it is new.
  void put(String user, Note note) {
    if (of(user).equals(note)) {
      return;
    }
    if (note.equals(Note.NONE)) {
      notes.remove(user);
    } else {
      notes.put(user, note);
    }
    var text = new StringBuilder();
    new TreeMap<>(notes)
        .forEach(
            (name, its) ->
                text.append(name)
                    .append(' ')
                    .append(its.full().map(Instant::toString).orElse(NEVER))
                    .append(' ')
                    .append(its.warned())
                    .append(its.due() == 0 ? "" : " " + its.due())
                    .append('\n'));
    try {
      DurableFile.secret(file).replace(text.toString());
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", file, e.getMessage());
    }
  }
}
