package net.facteur.server.acme;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// Remembers on disk which TXT records at `_acme-challenge` are ours, so that those that a crash
/// left behind are removed, and those of others are not.
///
/// @param path a line each: the name, a space, the text; at most 100
public record WrittenAnswers(Path path) {
  private static final int MAX = 100;

  /// Those at a name.
  List<TxtRecord> at(DomainName owner) throws IOException {
    String start = owner.text() + " ";
    return lines().stream()
        .filter(line -> line.startsWith(start))
        .map(line -> TxtRecord.of(line.substring(start.length())))
        .toList();
  }

  /// Written down before the record is.
  void add(DomainName owner, TxtRecord text) throws IOException {
    List<String> lines = new ArrayList<>(lines());
    lines.remove(line(owner, text));
    lines.add(line(owner, text));
    write(lines.subList(Math.max(0, lines.size() - MAX), lines.size()));
  }

  /// Forgotten once it is gone.
  void remove(DomainName owner, TxtRecord text) throws IOException {
    List<String> lines = new ArrayList<>(lines());
    if (lines.remove(line(owner, text))) {
      write(lines);
    }
  }

  private static String line(DomainName owner, TxtRecord text) {
    return owner.text() + " " + text.text();
  }

  private List<String> lines() throws IOException {
    try {
      return Files.readString(path, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.indexOf(' ') > 0)
          .limit(MAX)
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private void write(List<String> lines) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      DurableDirectory.secret(directory).make();
    }
    DurableFile.secret(path).replace(String.join("", lines.stream().map(l -> l + "\n").toList()));
  }
}
