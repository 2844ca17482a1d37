package net.facteur.server.mailbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The folders of a Maildir (Maildir++): directories beside `new` whose names begin with a dot, and
/// whose levels are parted by dots. Names are coded as IMAP servers keep them, see [FolderName].
final class MaildirFolders {
  /// What holds mail of the user's own, under the names that mail programs give it. Mail of
  /// strangers there would pass for his.
  private static final Set<String> OWN =
      Set.of(
          "sent", "drafts", "trash", "templates", "outbox", "envoyés", "brouillons", "corbeille");

  private final Path maildir;

  MaildirFolders(Path maildir) {
    this.maildir = maildir;
  }

  private record Folder(Path path, String name) {}

  /// The folder that mail with this tag goes to. It is chosen among those that are there: no path
  /// is made of a tag.
  ///
  /// @return empty where there is none, or several differ only in case
  Optional<Path> named(String tag) throws IOException {
    String wanted = Normalizer.normalize(tag, Normalizer.Form.NFC);
    List<Folder> alike =
        all().stream().filter(folder -> folder.name().equalsIgnoreCase(wanted)).toList();
    return alike.stream()
        .filter(folder -> alike.size() == 1 || folder.name().equals(wanted))
        .map(Folder::path)
        .findFirst();
  }

  private List<Folder> all() throws IOException {
    DirectoryStream.Filter<Path> folders =
        path ->
            String.valueOf(path.getFileName()).startsWith(".")
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && new Maildir(path).exists();
    var found = new ArrayList<Folder>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(maildir, folders)) {
      for (Path path : paths) {
        String name = FolderName.decode(String.valueOf(path.getFileName()).substring(1));
        if (!OWN.contains(name.split("\\.", 2)[0].toLowerCase(Locale.ROOT))) {
          found.add(new Folder(path, name));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }
}
