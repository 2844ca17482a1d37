package net.facteur.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.pickup.PickupSettings;

/// What belongs to a backup, in one place.
///
/// Below the directories of the server that is everything, whoever wrote it, but what [#LEFT_OUT]
/// names. Elsewhere it is what the settings name: each setting that is a path stands in [#PATHS],
/// and a test fails if one does not.
public final class Inventory {
  /// How a path of the settings is treated.
  enum Treatment {
    /// A directory of the server, with all that is in it.
    ROOT,
    /// A file that somebody else wrote, and the server needs.
    FILE,
    /// A directory with such files.
    TREE,
    /// Mail of programs that the server has not taken yet.
    SPOOL,
    /// Nothing to keep: a socket, or the log.
    NONE
  }

  static final Map<String, Treatment> PATHS =
      Map.ofEntries(
          Map.entry("directories.data", Treatment.ROOT),
          Map.entry("directories.queue", Treatment.ROOT),
          Map.entry("directories.keys", Treatment.ROOT),
          Map.entry("directories.mail", Treatment.ROOT),
          Map.entry("tls.certificate", Treatment.FILE),
          Map.entry("tls.key", Treatment.FILE),
          Map.entry("tls.names.*.certificate", Treatment.FILE),
          Map.entry("tls.names.*.key", Treatment.FILE),
          Map.entry("delivery.tls-certificate", Treatment.FILE),
          Map.entry("delivery.tls-key", Treatment.FILE),
          Map.entry("delivery.authorities", Treatment.FILE),
          Map.entry("dns.trust-anchors", Treatment.FILE),
          Map.entry("acme.authorities", Treatment.FILE),
          Map.entry("destinations.explanations-file", Treatment.FILE),
          Map.entry("smarthost.password-file", Treatment.FILE),
          Map.entry("routes.*.password-file", Treatment.FILE),
          Map.entry("queue.password-file", Treatment.FILE),
          Map.entry("ldap.bind-password-file", Treatment.FILE),
          Map.entry("ldap.authorities", Treatment.FILE),
          Map.entry("filter.rspamd.password-file", Treatment.FILE),
          Map.entry("keys.update-key-file", Treatment.FILE),
          Map.entry("keys.publish-command", Treatment.FILE),
          Map.entry("imap.junk-command", Treatment.FILE),
          Map.entry("srs.secret-file", Treatment.FILE),
          Map.entry("tls.staging", Treatment.TREE),
          Map.entry("imap.directory", Treatment.TREE),
          Map.entry("pickup.drop", Treatment.SPOOL),
          Map.entry("pickup.socket", Treatment.NONE),
          Map.entry("control.socket", Treatment.NONE),
          Map.entry("imap.doveadm", Treatment.NONE),
          Map.entry("log.file", Treatment.NONE),
          Map.entry("metrics.token-file", Treatment.FILE),
          Map.entry("alerts.command", Treatment.FILE),
          Map.entry("alerts.smarthost.password-file", Treatment.FILE),
          Map.entry("lists.members-file", Treatment.FILE),
          Map.entry("backup.directory", Treatment.NONE));

  /// A name that is left out, wherever it lies below a directory of the server, and why.
  record LeftOut(Pattern name, String why) {
    static LeftOut of(String name, String why) {
      return new LeftOut(Pattern.compile(name), why);
    }
  }

  static final List<LeftOut> LEFT_OUT =
      List.of(
          LeftOut.of(".*\\.lock|lock", "turns of writers"),
          LeftOut.of("\\..*\\.[0-9]{1,10}-[0-9]{1,19}\\.new", "a file that is being written"),
          LeftOut.of("\\.doctor", "a trial of the disk"),
          LeftOut.of(".*-wal|.*-shm|.*\\.db-journal", "in the copy of its database"),
          LeftOut.of("before-restore-.*|\\.restore-.*", "kept aside by a restore"),
          LeftOut.of("backup-staging", "our own copies"));

  /// The same right below the directory of the queue.
  static final List<LeftOut> LEFT_OUT_OF_QUEUE =
      List.of(
          LeftOut.of("queue\\.db(\\..*)?", "copied as one moment, with its bodies"),
          LeftOut.of("bodies", "copied with the queue"),
          LeftOut.of("staging", "messages that were not accepted yet"),
          LeftOut.of("reserve", "room that is put by"));

  /// No file that a person writes for a server is larger.
  private static final long LARGEST_NAMED = 64L << 20;

  private Inventory() {}

  static boolean leftOut(List<LeftOut> list, String name) {
    return list.stream().anyMatch(one -> one.name().matcher(name).matches());
  }

  /// Files elsewhere that belong to the server: the settings, and what they name.
  static Set<Path> named(Settings settings) throws IOException {
    var found = new LinkedHashSet<Path>();
    for (Path file : settings.files()) {
      found.add(file.toAbsolutePath().normalize());
    }
    found.add(settings.file().toAbsolutePath().normalize());
    for (Settings.Key key : settings.keys()) {
      Treatment treatment = treatment(key.setting());
      if (treatment == Treatment.FILE || treatment == Treatment.TREE) {
        for (Path path : from(settings, key)) {
          found.addAll(treatment == Treatment.FILE ? file(path) : tree(path));
        }
      }
    }
    Roots roots = Roots.from(settings);
    found.removeIf(path -> roots.all().values().stream().anyMatch(path::startsWith));
    return found;
  }

  static Treatment treatment(Setting<?> setting) {
    Treatment known = PATHS.get(setting.name());
    return known == null ? Treatment.NONE : known;
  }

  /// Where a path leads: some start at the directory of the settings, and some at that of the data.
  @SuppressWarnings("unchecked") // only settings of PATHS are asked for, and these are paths
  static List<Path> from(Settings settings, Settings.Key key) {
    Optional<Path> value = settings.find((Setting<Path>) key.setting(), key.names());
    return value
        .map(path -> List.of(settings.resolve(path), Roots.from(settings).data().resolve(path)))
        .orElse(List.of());
  }

  private static List<Path> file(Path path) throws IOException {
    return Files.isRegularFile(path) && Files.size(path) <= LARGEST_NAMED
        ? List.of(path.normalize())
        : List.of();
  }

  private static List<Path> tree(Path path) throws IOException {
    var found = new ArrayList<Path>();
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var all = Files.newDirectoryStream(path)) {
        for (Path each : all) {
          found.addAll(file(each));
        }
      }
    }
    return found;
  }

  /// Where programs leave mail while no server runs, and where the server takes it to.
  static List<Path> spools(Settings settings) {
    return PickupSettings.from(settings, Map.of())
        .drop()
        .or(() -> Optional.of(PickupSettings.USUAL_DROP))
        .map(Path::toAbsolutePath)
        .filter(Files::isDirectory)
        .map(drop -> List.of(drop, drop.resolveSibling("taken")))
        .orElse(List.of());
  }
}
