package net.facteur.auth.mtasts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.files.WholeFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The policies that were fetched, in memory and each in a file of its own, so that a restart does
/// not give an attacker a second chance. Safe for use by many threads at once.
///
/// A file is replaced as a whole. A disk that fails costs the protection after the next restart,
/// not the mail: it is logged, and memory goes on.
public final class PolicyStore {
  private static final Logger LOG = LogManager.getLogger(PolicyStore.class);
  private static final String SUFFIX = ".policy";
  private static final int MAX_FILE = MtaStsPolicyText.MAX_CHARS * 4 + 1024;

  private final Path directory;
  private final Limits limits;
  private final Map<DomainName, CachedPolicy> policies = new ConcurrentHashMap<>();
  private long octets;

  /// How much is kept. Where it is too much, what would expire first goes first.
  public record Limits(int policies, long octets) {
    /// 10,000 policies, 32 MiB.
    public static final Limits DEFAULTS = new Limits(10_000, 32L << 20);
  }

  /// Reads what is in `directory`, making it where it is missing. Files that cannot be read, and
  /// policies that have expired, are removed.
  ///
  /// @throws IOException where the directory cannot be used
  public PolicyStore(Path directory, Limits limits, Instant now) throws IOException {
    this.directory = directory;
    this.limits = limits;
    WholeFile.directory(directory);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Optional<CachedPolicy> policy = read(file);
        if (policy.isPresent() && !policy.get().expired(now)) {
          keep(policy.get());
        } else {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private Optional<CachedPolicy> read(Path file) throws IOException {
    if (!file.getFileName().toString().endsWith(SUFFIX) || Files.size(file) > MAX_FILE) {
      return Optional.empty();
    }
    Optional<CachedPolicy> policy =
        CachedPolicy.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    if (policy.isEmpty()) {
      LOG.warn("mta-sts cache file={} result=unreadable, removed", file);
    }
    return policy.filter(found -> file(found.domain()).equals(file));
  }

  private Path file(DomainName domain) {
    return directory.resolve(domain.text() + SUFFIX);
  }

  Optional<CachedPolicy> find(DomainName domain) {
    return Optional.ofNullable(policies.get(domain));
  }

  Collection<CachedPolicy> all() {
    return List.copyOf(policies.values());
  }

  /// Notes that mail goes to the domain; written with the next refresh.
  void used(DomainName domain, Instant now) {
    policies.computeIfPresent(domain, (_, policy) -> policy.usedAt(now));
  }

  /// Keeps a policy in place of the one before.
  ///
  /// @param policy of a domain that is a host name, so that its file's name is harmless
  synchronized void put(CachedPolicy policy) {
    keep(policy);
    if (policies.containsKey(policy.domain())) {
      write(policy);
    }
  }

  private void keep(CachedPolicy policy) {
    CachedPolicy before = policies.put(policy.domain(), policy);
    octets += policy.size() - (before == null ? 0 : before.size());
    while (policies.size() > limits.policies() || octets > limits.octets()) {
      policies.values().stream()
          .min(Comparator.comparing(CachedPolicy::expiry))
          .map(CachedPolicy::domain)
          .ifPresent(this::remove);
    }
  }

  synchronized void remove(DomainName domain) {
    CachedPolicy gone = policies.remove(domain);
    if (gone != null) {
      octets -= gone.size();
      try {
        Files.deleteIfExists(file(domain));
      } catch (IOException e) {
        LOG.error("mta-sts cache file={} cannot be removed: {}", file(domain), e.toString());
      }
    }
  }

  private void write(CachedPolicy policy) {
    try {
      new WholeFile(file(policy.domain())).replace(policy.print());
    } catch (IOException e) {
      LOG.error(
          "mta-sts domain={} the policy cannot be kept on disk: {}", policy.domain(), e.toString());
    }
  }
}
