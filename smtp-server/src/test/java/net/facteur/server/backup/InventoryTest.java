package net.facteur.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
  @TempDir private Path directory;

  /// Whoever adds a setting that names a file or a directory says here what a backup does with it.
  @Test
  void eachPathOfTheSettingsIsKnown() {
    String path = SettingTypes.path().name().in(Language.ENGLISH);
    Set<String> missing = new TreeSet<>();
    for (Setting<?> setting : Reference.SCHEMA.settings()) {
      if (setting.type().name().in(Language.ENGLISH).equals(path)
          && !Inventory.PATHS.containsKey(setting.name())) {
        missing.add(setting.name());
      }
    }
    assertEquals(Set.of(), missing, "these stand in no row of Inventory.PATHS");
  }

  /// A file below the directory of the data is in the backup, or left out by name.
  @Test
  void everyFileOfTheServerIsInTheBackupOrLeftOutByName() throws Exception {
    SmallServer server = SmallServer.in(directory);
    server.fill(3, 9);
    server.mail("alice", "1.M1.host,S=5", "hello");
    Path file = directory.resolve("b.tar.gz");
    new Backup(server.settings(), "1", SmallServer.CLOCK, Backup.Progress.NONE)
        .make(new Backup.Wish(new Backup.To.File(file), List.of(), true, Optional.empty()));
    Set<String> taken =
        Restorable.check(file, Optional.empty(), 1L << 30, Backup.Progress.NONE)
            .manifest()
            .files()
            .stream()
            .map(ArchivedFile::name)
            .collect(Collectors.toSet());
    try (var all = Files.walk(server.data())) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (!Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS) || each.endsWith("backups")) {
          continue;
        }
        String name = each.getFileName().toString();
        String relative = server.data().relativize(each).toString();
        boolean in =
            taken.contains("data/" + relative)
                || taken.contains(relative)
                || Inventory.leftOut(Inventory.LEFT_OUT, name)
                || (relative.startsWith("queue/")
                    && Inventory.leftOut(Inventory.LEFT_OUT_OF_QUEUE, name));
        assertTrue(in, () -> relative + " is not in " + taken);
      }
    }
    assertTrue(taken.contains("queue/queue.db"));
    assertTrue(
        taken.contains("file" + server.home().resolve("conf/relay.password")), taken::toString);
    assertTrue(taken.contains("file" + server.home().resolve("conf/more.conf")));
  }
}
