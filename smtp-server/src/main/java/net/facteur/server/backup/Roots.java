package net.facteur.server.backup;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.queue.StoreSettings;

/// The directories of a server.
public record Roots(Path data, Path queue, Path keys, Path mail) {
  /// Those that the settings name.
  public static Roots from(Settings settings) {
    DataDirectory data = DataDirectory.from(settings);
    return new Roots(
        data.path(),
        StoreSettings.Place.from(settings).directory(),
        data.resolve(settings.get(KeySettings.DIRECTORY)),
        MailboxSettings.base(settings));
  }

  static Roots of(Map<Root, Path> places) {
    return new Roots(
        place(places, Root.DATA),
        place(places, Root.QUEUE),
        place(places, Root.KEYS),
        place(places, Root.MAIL));
  }

  private static Path place(Map<Root, Path> places, Root root) {
    Path place = places.get(root);
    if (place == null || !place.isAbsolute()) {
      throw new IllegalArgumentException("no place for " + root);
    }
    return place.normalize();
  }

  Map<Root, Path> all() {
    var all = new EnumMap<Root, Path>(Root.class);
    all.put(Root.DATA, data);
    all.put(Root.QUEUE, queue);
    all.put(Root.KEYS, keys);
    all.put(Root.MAIL, mail);
    return all;
  }

  /// Where a file of an archive belongs.
  Path place(Root root, String relative) {
    return switch (root) {
      case DATA -> data.resolve(relative);
      case QUEUE -> queue.resolve(relative);
      case KEYS -> keys.resolve(relative);
      case MAIL -> mail.resolve(relative);
      case FILE -> Path.of("/").resolve(relative);
    };
  }

  /// The roots that may lie in the directory of the data, and are taken for themselves.
  List<Path> inner() {
    return List.of(queue, keys, mail);
  }

  /// The same below another directory, for a trial.
  Roots below(Path directory) {
    return new Roots(
        directory.resolve(Root.DATA.word()),
        directory.resolve(Root.DATA.word()).resolve(Root.QUEUE.word()),
        directory.resolve(Root.DATA.word()).resolve(Root.KEYS.word()),
        directory.resolve(Root.DATA.word()).resolve(Root.MAIL.word()));
  }
}
