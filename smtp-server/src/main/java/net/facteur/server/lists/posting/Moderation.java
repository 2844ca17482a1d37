package net.facteur.server.lists.posting;

import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.QueueId;
import net.facteur.server.lists.ListContent;

/// Is told of posts that wait for a moderator.
@FunctionalInterface
public interface Moderation {
  /// A post is held in the queue, with the list as its only recipient; released, it goes to the
  /// members. Told again after a crash.
  ///
  /// @param post the id of what is held
  /// @param header as members would get it
  void held(
      ListContent list,
      QueueId post,
      MessageHeader header,
      Author author,
      PostDecision.Reason reason);
}
