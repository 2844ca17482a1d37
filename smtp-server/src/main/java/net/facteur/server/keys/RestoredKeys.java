package net.facteur.server.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.DurableFile;

/// Keys that came back from a backup, and that nobody has looked at since: their journal may be
/// older than the zone, which may say by now that they are revoked. None of them signs before every
/// name server of its zone was found to have its record.
///
/// @param file beside the journal: the time of the restore, and a line for each domain whose key
///   was found to be right; it is not there where nothing was restored
public record RestoredKeys(Path file) {
  static final String FILE_NAME = "restored";
  private static final int LARGEST = 1 << 20;

  /// The one of a directory of keys.
  public static RestoredKeys in(Path directory) {
    return new RestoredKeys(directory.resolve(FILE_NAME));
  }

  /// Says that all keys beside it came back just now.
  public void doubt(Instant now) throws IOException {
    DurableFile.secret(file).replace(now.truncatedTo(ChronoUnit.SECONDS) + "\n");
  }

  private Optional<List<String>> lines() throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(
          new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).lines().toList());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// Those of some domains whose keys nobody has looked at since.
  public Set<DomainName> doubtful(Collection<DomainName> domains) throws IOException {
    Optional<List<String>> lines = lines();
    if (lines.isEmpty()) {
      return Set.of();
    }
    var doubtful = new HashSet<DomainName>();
    for (DomainName domain : domains) {
      if (!lines.get().contains(domain.text())) {
        doubtful.add(domain);
      }
    }
    return doubtful;
  }

  /// Of some active selectors, those that may sign.
  public Map<DomainName, String> trusted(Map<DomainName, String> active) throws IOException {
    var trusted = new HashMap<>(active);
    trusted.keySet().removeAll(doubtful(active.keySet()));
    return Map.copyOf(trusted);
  }

  /// The key of a domain was found to be the one in the zone.
  void trust(DomainName domain) throws IOException {
    Optional<List<String>> lines = lines();
    if (lines.isPresent() && !lines.get().contains(domain.text())) {
      DurableFile.secret(file).append(domain.text());
    }
  }
}
