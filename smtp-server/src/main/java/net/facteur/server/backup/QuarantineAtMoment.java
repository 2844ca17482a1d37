package net.facteur.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import net.facteur.queue.QueueId;
import net.facteur.server.files.DurableFile;
import net.facteur.server.quarantine.Fate;
import net.facteur.server.quarantine.KeptMessage;
import net.facteur.server.quarantine.KeptRecipient;
import net.facteur.server.quarantine.QuarantineStore;

/// Makes a copy of the quarantine, taken a moment before the queue, agree with it: what was
/// released in between is released in the copy if the queue has it, and waits if not.
final class QuarantineAtMoment {
  private QuarantineAtMoment() {}

  /// Whether the copy of the queue knows a message.
  @FunctionalInterface
  interface Queued {
    boolean knows(QueueId id) throws IOException;
  }

  /// @param live the quarantine as it is now
  /// @param copy of it, in links
  static void settle(Path live, Path copy, Queued queued, InstantSource clock) throws IOException {
    var now = new QuarantineStore(live, clock);
    new QuarantineStore(copy, clock)
        .each(
            before -> {
              Optional<KeptMessage> after = now.find(before.id());
              if (after.isPresent()
                  && !after.get().equals(before)
                  && allQueued(after.get(), before, queued)) {
                String name = before.id() + ".json";
                byte[] octets = Files.readAllBytes(live.resolve(name));
                Path link = copy.resolve(name);
                Files.delete(link); // never through it: it is the file of the server
                DurableFile.secret(link).create(octets);
              }
            });
  }

  private static boolean allQueued(KeptMessage after, KeptMessage before, Queued queued)
      throws IOException {
    for (KeptRecipient one : after.recipients()) {
      if (before.recipients().contains(one)) {
        continue;
      }
      boolean agrees =
          switch (one.fate()) {
            case Fate.Releasing(QueueId as, var _, var _) -> queued.knows(as);
            case Fate.Released(QueueId as, var _, var _) -> queued.knows(as);
            // Later than the moment, and nothing that the queue knows of.
            case Fate.Kept _, Fate.Wished _, Fate.Dropped _, Fate.Expired _ -> false;
          };
      if (!agrees) {
        return false;
      }
    }
    return true;
  }
}
