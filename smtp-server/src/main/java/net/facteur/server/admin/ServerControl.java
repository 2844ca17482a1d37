package net.facteur.server.admin;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What can be asked of a running server. Called on a virtual thread for each request; may block.
public interface ServerControl {
  /// How the server is.
  ///
  /// @return names and values to show: `version`, `started`, `listeners`, `connections`, `queued`
  ///   and whatever else is known, in order; values are texts, numbers, booleans and lists of them
  Map<String, Object> status();

  /// True where the server can do its work: listeners open, queue writable.
  boolean healthy();

  /// Reads the settings again. Nothing changes where they are wrong.
  ///
  /// @return what is wrong, ready to be shown; empty where the new settings are in force
  List<String> reload();

  /// Begins an orderly stop and returns at once.
  void stop();

  /// The queue.
  QueueControl queue();

  /// What can be asked of the queue.
  interface QueueControl {
    /// Tells of each message, oldest first, as names and values.
    ///
    /// @param limit the most messages
    void list(int limit, Consumer<Map<String, Object>> out);

    /// All that is known of one message, its attempts included; empty where there is none.
    Map<String, Object> show(String id);

    /// Does something with one message.
    ///
    /// @return false where there is no such message
    boolean act(Action action, String id);
  }

  /// What can be done with a queued message.
  enum Action {
    /// Try it now.
    RETRY,
    /// Keep it, without trying.
    HOLD,
    /// Let a held message go on.
    RELEASE,
    /// Forget it, without a report.
    REMOVE,
    /// Return it to its sender.
    BOUNCE
  }
}
