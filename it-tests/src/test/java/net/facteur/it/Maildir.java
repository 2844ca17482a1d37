package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A mailbox on the disk, as a mail program would look into it.
///
/// @param path the Maildir; it may not exist yet
record Maildir(Path path) {
  /// A Maildir++ folder of this mailbox.
  Maildir folder(String name) {
    return new Maildir(path.resolve("." + name));
  }

  /// Makes it, as an IMAP server does.
  void make() throws IOException {
    for (String directory : List.of("tmp", "new", "cur")) {
      Files.createDirectories(path.resolve(directory));
    }
  }

  /// The messages that are there.
  List<Mail> mails() throws IOException {
    var mails = new ArrayList<Mail>();
    for (String directory : List.of("new", "cur")) {
      try (Stream<Path> files = Files.list(path.resolve(directory))) {
        for (Path file : files.sorted().toList()) {
          mails.add(Mail.read(file));
        }
      } catch (NoSuchFileException _) {
        // Nothing was ever delivered, or a folder has just moved on.
      }
    }
    return mails;
  }

  /// Waits for a message with this text in it.
  Mail awaitWith(String text) throws Exception {
    return Await.present(
        () -> "no message with `" + text + "` in " + path + ", only " + this,
        () -> mails().stream().filter(m -> m.text().contains(text)).findFirst());
  }
}
