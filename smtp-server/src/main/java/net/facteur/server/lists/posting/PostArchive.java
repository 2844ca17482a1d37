package net.facteur.server.lists.posting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.MessageContent;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.lists.Archive;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.mailbox.Maildir;

/// The posts of lists that keep them: a Maildir for each list, in the directory `lists.archive` of
/// the data directory. Each post is there once, without what is a member's own.
///
/// @param directory of all lists
public record PostArchive(Path directory) {
  public static PostArchive of(Settings settings) {
    return new PostArchive(DataDirectory.from(settings).resolve(Path.of("lists.archive")));
  }

  /// Where the posts of a list are.
  public Path of(MailingList list) {
    return directory.resolve(list.address().text());
  }

  /// Keeps a post, if the list does and it is not there yet. On return it is on disk.
  ///
  /// @param header without the mark of copies
  void keep(MailingList list, DeliveryAttempt attempt, byte[] header) throws IOException {
    switch (list.options().archive()) {
      case Archive.None() -> {}
      case Archive.Maildir _ -> {
        var maildir = new Maildir(of(list));
        maildir.makeWhole();
        String name = attempt.received().getEpochSecond() + "." + attempt.id();
        if (!maildir.holds(name)) {
          var _ =
              maildir.store(
                  name, name + ".list", new byte[0], new Plain(attempt.content(), header));
        }
      }
    }
  }

  private record Plain(MessageContent content, byte[] header) implements MessageContent {
    @Override
    public long bodySize() {
      return content.bodySize();
    }

    @Override
    public InputStream openBody() throws IOException {
      return content.openBody();
    }
  }

  /// Removes posts that are older than their list keeps them.
  void forget(Lists lists, Instant now) throws IOException {
    for (ListContent each : lists.lists()) {
      Optional<Duration> keep =
          switch (each.list().options().archive()) {
            case Archive.None() -> Optional.empty();
            case Archive.Maildir(Optional<Duration> time) -> time;
          };
      if (keep.isPresent()) {
        forget(of(each.list()), now.minus(keep.get()).getEpochSecond());
      }
    }
  }

  private static void forget(Path maildir, long before) throws IOException {
    for (String part : List.of("new", "cur")) {
      Path names = maildir.resolve(part);
      if (!Files.isDirectory(names)) {
        continue;
      }
      var old = new ArrayList<Path>();
      try (DirectoryStream<Path> found = Files.newDirectoryStream(names, "*.list*")) {
        for (Path file : found) {
          String seconds = String.valueOf(file.getFileName()).split("\\.", 2)[0];
          if (seconds.matches("[0-9]{1,12}") && Long.parseLong(seconds) < before) {
            old.add(file);
          }
        }
      }
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }
}
