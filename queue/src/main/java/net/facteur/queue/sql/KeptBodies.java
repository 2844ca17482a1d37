package net.facteur.queue.sql;

import java.io.IOException;
import java.util.List;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;

/// Where bodies over the threshold are kept.
interface KeptBodies {
  /// Makes a body durable; from then on it is the queue's. Blocks.
  ///
  /// @return its name, which ends with the message's id
  String keep(StagedBody body, QueueId id) throws IOException;

  /// Forgets a body. What cannot be removed is swept later.
  void remove(String name);

  /// The octets of a message.
  ///
  /// @throws DamagedMessageException where the body is gone or has another size than was written
  MessageContent content(ContentRow row) throws IOException;

  /// The names of bodies that may belong to nobody, as long as no message is being taken in.
  List<String> names() throws IOException;
}
