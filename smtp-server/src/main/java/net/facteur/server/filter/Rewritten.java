package net.facteur.server.filter;

import java.util.List;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A message as a filter made it anew: it takes the place of the one that came.
///
/// @param body belongs to whoever gets the verdict; if it is not the one that came, that one is of
///   no use any more
/// @param paths at least one
public record Rewritten(
    MessageHeader header, StagedBody body, ReversePath reversePath, List<ForwardPath> paths) {
  public Rewritten {
    paths = List.copyOf(paths);
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("a message without recipients");
    }
  }
}
