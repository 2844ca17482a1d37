package net.facteur.server.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The Maildirs of one server, looked at for what is new. One thread at a time.
final class Mailboxes {
  private static final int DEPTH = 6;

  private final Path base;
  private final Set<Path> seen = new HashSet<>();

  /// @param base holds `domain/name/Maildir` for each user
  Mailboxes(Path base) {
    this.base = base;
  }

  /// What has arrived since the last call, in the order of arrival as far as file times tell.
  List<ArrivedMessage> arrived() throws IOException {
    var found = new ArrayList<ArrivedMessage>();
    for (Path file : files()) {
      if (seen.add(file)) {
        try {
          found.add(ArrivedMessage.read(mailbox(file), file));
        } catch (NoSuchFileException _) {
          // A mail program has moved it on already.
        }
      }
    }
    return found;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(base, DEPTH)) {
      return tree.filter(Mailboxes::isNew).sorted().toList();
    } catch (java.io.UncheckedIOException _) {
      // Something went away while we looked; the next look is soon.
      return List.of();
    }
  }

  private static boolean isNew(Path path) {
    Path parent = path.getParent();
    return parent != null && parent.endsWith("new") && Files.isRegularFile(path);
  }

  /// `name@domain`, and the folder behind a slash, from `domain/name/Maildir/[.folder/]new/file`.
  private String mailbox(Path file) {
    Path way = base.relativize(file);
    String user = way.getName(1) + "@" + way.getName(0);
    String folder = way.getName(way.getNameCount() - 3).toString();
    return folder.startsWith(".") ? user + "/" + folder.substring(1) : user;
  }
}
