package net.facteur.server.imap;

import java.nio.file.Path;
import java.util.List;

/// Whose mailboxes there are, as Dovecot wants to know it. Safe for use by many threads; may wait.
public interface Mailboxes {
  /// What is known of a name.
  sealed interface Answer {
    /// There is such a mailbox.
    ///
    /// @param user the account's own spelling
    /// @param home the directory that holds the Maildir, and whatever else Dovecot keeps of them
    /// @param quota octets, 0 for no limit
    record Found(String user, Path home, long quota) implements Answer {}

    record Unknown() implements Answer {}

    /// Nobody can say now.
    record Unavailable() implements Answer {}
  }

  /// @param name an address, or a login
  Answer find(String name);

  /// All of them.
  List<String> names();
}
