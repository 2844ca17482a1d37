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
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.log.LogSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.pickup.PickupSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.tls.TlsSettings;

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

  static final Map<Setting<Path>, Treatment> PATHS =
      Map.ofEntries(
          Map.entry(HostSettings.DATA, Treatment.ROOT),
          Map.entry(StoreSettings.DIRECTORY, Treatment.ROOT),
          Map.entry(KeySettings.DIRECTORY, Treatment.ROOT),
          Map.entry(MailboxSettings.DIRECTORY, Treatment.ROOT),
          Map.entry(TlsSettings.CERTIFICATE, Treatment.FILE),
          Map.entry(TlsSettings.KEY, Treatment.FILE),
          Map.entry(TlsSettings.NAME_CERTIFICATE, Treatment.FILE),
          Map.entry(TlsSettings.NAME_KEY, Treatment.FILE),
          Map.entry(OutboundTlsSettings.CLIENT_CERTIFICATE, Treatment.FILE),
          Map.entry(OutboundTlsSettings.CLIENT_KEY, Treatment.FILE),
          Map.entry(OutboundTlsSettings.AUTHORITIES, Treatment.FILE),
          Map.entry(ResolverSettings.TRUST_ANCHORS, Treatment.FILE),
          Map.entry(AcmeSettings.AUTHORITIES, Treatment.FILE),
          Map.entry(ExplanationsSettings.FILE, Treatment.FILE),
          Map.entry(DeliverySettings.SMARTHOST_PASSWORD_FILE, Treatment.FILE),
          Map.entry(RoutesSettings.PASSWORD_FILE, Treatment.FILE),
          Map.entry(StoreSettings.PASSWORD_FILE, Treatment.FILE),
          Map.entry(LdapSettings.BIND_PASSWORD_FILE, Treatment.FILE),
          Map.entry(LdapSettings.AUTHORITIES, Treatment.FILE),
          Map.entry(RspamdSettings.PASSWORD_FILE, Treatment.FILE),
          Map.entry(KeySettings.UPDATE_KEY, Treatment.FILE),
          Map.entry(KeySettings.COMMAND, Treatment.FILE),
          Map.entry(ImapSettings.JUNK_COMMAND, Treatment.FILE),
          Map.entry(SrsSettings.SECRET_FILE, Treatment.FILE),
          Map.entry(RollSettings.STAGING, Treatment.TREE),
          Map.entry(ImapSettings.DIRECTORY, Treatment.TREE),
          Map.entry(PickupSettings.DROP, Treatment.SPOOL),
          Map.entry(PickupSettings.SOCKET, Treatment.NONE),
          Map.entry(ControlSettings.SOCKET, Treatment.NONE),
          Map.entry(ImapSettings.DOVEADM, Treatment.NONE),
          Map.entry(LogSettings.FILE, Treatment.NONE),
          Map.entry(BackupSettings.DIRECTORY, Treatment.NONE));

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

  private static Treatment treatment(Setting<?> setting) {
    Treatment known = PATHS.get(setting);
    return known == null ? Treatment.NONE : known;
  }

  /// Where a path leads: some start at the directory of the settings, and some at that of the data.
  @SuppressWarnings("unchecked") // only settings of PATHS are asked for, and these are paths
  private static List<Path> from(Settings settings, Settings.Key key) {
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
