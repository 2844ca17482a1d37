package net.facteur.server.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileCopies;
import net.facteur.server.files.FileCopies.Belonging;
import net.facteur.server.mailbox.UserHome;

/// Puts the mail of one user back: messages that are in the backup and not in the mailbox, each
/// into its folder. Nothing is taken away and nothing is doubled, so the server may run.
///
/// @param mail the directory of all Maildirs
public record MailboxRestore(Restorable backup, Path mail) {
  /// What came of it.
  ///
  /// @param back messages that were put back
  /// @param there messages that were there still
  public record Back(int back, int there) {}

  /// @param user `local-part@domain`
  /// @return empty where the backup has no mailbox of this name
  public Optional<Back> restore(String user) throws IOException {
    Optional<UserHome> home = UserHome.of(mail, user);
    if (home.isEmpty()) {
      return Optional.empty();
    }
    String prefix = mail.relativize(home.get().path()) + "/";
    List<ArchivedFile> files =
        backup.manifest().files().stream()
            .filter(file -> file.root() == Root.MAIL && file.relative().startsWith(prefix))
            .toList();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Set<String> present = present(home.get().path());
    var fresh = new HashSet<String>();
    var touched = new HashSet<Path>();
    int there = 0;
    for (ArchivedFile file : files) {
      if (isMessage(file)) {
        if (present.contains(Snapshot.message(file.relative()))) {
          there++;
        } else {
          fresh.add(file.name());
        }
      }
    }
    backup
        .archive()
        .each(
            backup.manifest(),
            file -> fresh.contains(file.name()),
            (file, octets) -> {
              Path target = mail.resolve(file.relative());
              Path folder = Optional.ofNullable(target.getParent()).orElse(target);
              DurableDirectory.secret(folder).make();
              touched.add(folder);
              FileCopies.unpack(
                  target,
                  new Belonging(file.mode(), file.owner(), file.group()),
                  file.modified(),
                  octets::transferTo);
            });
    for (Path folder : touched) {
      DurableDirectory.secret(folder).sync();
    }
    return Optional.of(new Back(fresh.size(), there));
  }

  private Set<String> present(Path home) throws IOException {
    var present = new HashSet<String>();
    new Walk(new ArrayList<>())
        .through(
            home,
            path -> !path.endsWith("tmp"),
            (file, _) -> present.add(Snapshot.message(mail.relativize(file).toString())));
    return present;
  }

  private static boolean isMessage(ArchivedFile file) {
    return file.relative().contains("/cur/") || file.relative().contains("/new/");
  }
}
