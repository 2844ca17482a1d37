package net.facteur.queue.sql;

import java.io.IOException;
import java.util.List;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;

/// Where bodies over the threshold are kept.
interface KeptBodies {
  /// Makes a body durable; from then on it is the queue's. Blocks.
  Kept keep(StagedBody body, QueueId id) throws IOException;

  /// A body that is durable.
  ///
  /// @param name it ends with the message's id
  /// @param sum its check sum
  record Kept(String name, long sum) {}

  /// Forgets a body. What cannot be removed is swept later.
  void remove(String name);

  /// The octets of a message.
  ///
  /// @throws DamagedMessageException where the body is gone or not what was written
  MessageContent content(ContentRow row) throws IOException;

  /// The names of bodies that may belong to nobody, as long as no message is being taken in.
  List<String> names() throws IOException;
}
