package net.facteur.server.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;

/// The settings of a rehearsal: those of the backup, and lines behind them that lead every path
/// into the directory of the rehearsal, close all doors, and leave nobody to speak to.
///
/// @param backup what the archive says of itself
/// @param top the directory of the rehearsal
record RehearsalSettings(About backup, Path top) {
  /// Doors that are closed.
  private static final List<String> DOORS =
      List.of(
          "listen.reception",
          "listen.submission",
          "listen.submissions",
          "listen.acme",
          "listen.policy",
          "listen.web",
          "imap.listen");

  Path settings() {
    return top.resolve("conf").resolve(String.valueOf(backup.settings().getFileName()));
  }

  Path file() {
    return top.resolve("conf/rehearsal.conf");
  }

  Roots roots() {
    return Roots.of(backup.roots()).below(top);
  }

  Path socket() {
    return top.resolve("control.socket");
  }

  /// @param settings as they were restored
  /// @param elsewhere where files lie that belong to other directories
  String text(Settings settings, Path elsewhere) {
    var lines = new ArrayList<String>();
    lines.add("include required(file(" + quoted(settings()) + "))");
    Roots roots = roots();
    line(lines, "directories.data", roots.data());
    line(lines, "directories.queue", roots.queue());
    line(lines, "directories.keys", roots.keys());
    line(lines, "directories.mail", roots.mail());
    for (Settings.Key key : settings.keys()) {
      if (Inventory.PATHS.containsKey(key.setting().name())
          && Inventory.treatment(key.setting()) != Inventory.Treatment.ROOT) {
        List<Path> paths = Inventory.from(settings, key);
        // Relative ones lead here anyway, wherever they start.
        if (!paths.isEmpty() && paths.getFirst().equals(paths.getLast())) {
          line(lines, key.text(), here(paths.getFirst(), elsewhere));
        }
      }
    }
    DOORS.forEach(door -> lines.add(door + " = []"));
    lines.add("control.enabled = true");
    line(lines, "control.socket", socket());
    lines.add("imap.dovecot = false");
    lines.add("keys.publish = assisted");
    lines.add("queue.minimum-free = 0B");
    // Nothing listens on the discard port of this machine.
    lines.add("dns.servers = [\"127.0.0.1:9\"]");
    return String.join("\n", lines) + "\n";
  }

  private static void line(List<String> lines, String key, Path path) {
    lines.add(key + " = " + quoted(path));
  }

  private static String quoted(Path path) {
    String text = path.toString();
    String written = SettingTypes.quoted(text);
    return written.startsWith("\"") ? written : "\"" + text + "\"";
  }

  /// Where a path leads in the rehearsal.
  private Path here(Path path, Path elsewhere) {
    Roots old = Roots.of(backup.roots());
    Roots fresh = roots();
    for (Root root : List.of(Root.QUEUE, Root.KEYS, Root.MAIL, Root.DATA)) {
      Path was = old.all().get(root);
      if (was != null && path.startsWith(was)) {
        return fresh.place(root, was.relativize(path).toString());
      }
    }
    if (path.startsWith(top)) {
      return path;
    }
    Path home = Optional.ofNullable(backup.settings().getParent()).orElse(backup.settings());
    return path.startsWith(home)
        ? top.resolve("conf").resolve(home.relativize(path).toString())
        : elsewhere.resolve(path.toString().substring(1));
  }
}
