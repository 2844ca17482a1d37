package net.facteur.server.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The backups of one server in a directory.
///
/// @param host the name of the server; those of others in the same directory are left alone
public record Archives(Path directory, String host) {
  /// When each was made, and where it is.
  Map<Instant, Path> all() throws IOException {
    var found = new TreeMap<Instant, Path>();
    try (var files = Files.newDirectoryStream(directory, "facteur-*")) {
      for (Path file : files) {
        ArchiveName.parse(file)
            .filter(
                name ->
                    name.host().equals(host)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .ifPresent(name -> found.put(name.taken(), file));
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Map.of();
    }
    return found;
  }

  /// The newest one.
  public Optional<Path> newest() throws IOException {
    return all().values().stream().reduce((_, later) -> later);
  }

  /// Removes all but those that are kept, and mail that none of these needs.
  ///
  /// @return how many backups were removed
  int prune(Keep keep) throws IOException {
    Map<Instant, Path> all = all();
    Set<Instant> kept = keep.kept(all.keySet());
    int removed = 0;
    for (Map.Entry<Instant, Path> each : all.entrySet()) {
      if (!kept.contains(each.getKey())) {
        Files.deleteIfExists(each.getValue());
        Files.deleteIfExists(directory.resolve(new ArchiveName(host, each.getKey()).mail()));
        removed++;
      }
    }
    if (removed > 0) {
      sweep();
    }
    return removed;
  }

  private void sweep() throws IOException {
    var named = new HashSet<String>();
    for (Instant taken : all().keySet()) {
      Path list = directory.resolve(new ArchiveName(host, taken).mail());
      if (Files.exists(list)) {
        named.addAll(Files.readAllLines(list, StandardCharsets.UTF_8));
      }
    }
    var _ = MailPool.sweep(MailPool.beside(directory, host), named);
  }
}
