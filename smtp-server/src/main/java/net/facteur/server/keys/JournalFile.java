package net.facteur.server.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;
import net.facteur.server.files.WriterTurn;

/// A journal in one file, mode 0600, with a lock file beside it. One object per file and process.
public final class JournalFile implements JournalStore {
  private static final long MAX_OCTETS = 64L << 20;

  private final Path file;
  private final WriterTurn turn;

  public JournalFile(Path file) {
    this.file = file;
    this.turn = new WriterTurn(file);
  }

  public Path path() {
    return file;
  }

  @Override
  public List<String> lines() throws IOException {
    byte[] octets;
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new ToldException(KeySettingsTexts.SAY.largeJournal(file));
      }
      octets = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] == '\n') {
        lines.add(new String(octets, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return lines;
  }

  @Override
  public void append(String line) throws IOException {
    DurableFile.secret(file).append(line);
  }

  @Override
  public <R> R exclusively(Turn<R> task) throws IOException {
    return turn.exclusively(task::run);
  }
}
