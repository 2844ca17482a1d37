package net.facteur.server.alerts;

import java.io.IOException;
import net.facteur.server.notices.Notices.Notice;

/// How somebody is told.
public interface AlertWay {
  /// One word for commands and the log.
  String name();

  /// Tells. Blocks for as long as the network does, within bounds.
  ///
  /// @throws IOException why it did not get through, in a few words
  void send(Notice notice) throws IOException;

  /// The mail of this server, to the postmaster.
  ///
  /// @param post queues it; false where that failed
  static AlertWay mail(java.util.function.Predicate<Notice> post) {
    return new AlertWay() {
      @Override
      public String name() {
        return "mail";
      }

      @Override
      public void send(Notice notice) throws IOException {
        if (!post.test(notice)) {
          throw new IOException("the queue did not take it");
        }
      }
    };
  }
}
