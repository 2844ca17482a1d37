package net.facteur.server.ldap;

import java.util.List;
import java.util.Set;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;

/// What the directory says of an address or a login.
public sealed interface DirectoryAnswer {
  /// An account.
  ///
  /// @param user what the rest of the server sees; the further addresses are those it may send as
  /// @param dn the name of the entry, which a login binds as
  /// @param addresses all of it, with that of the user
  /// @param forwards where its mail goes; empty for the mailbox, which stands among them if it
  ///   keeps a copy
  record Person(User user, String dn, Set<UserName> addresses, List<String> forwards)
      implements DirectoryAnswer {
    public Person {
      addresses = Set.copyOf(addresses);
      forwards = List.copyOf(forwards);
    }
  }

  /// A group.
  ///
  /// @param members addresses, at least one
  record Group(String dn, Set<UserName> addresses, List<String> members)
      implements DirectoryAnswer {
    public Group {
      addresses = Set.copyOf(addresses);
      members = List.copyOf(members);
    }
  }

  /// There is none.
  record Nobody() implements DirectoryAnswer {}

  /// The directory answers, but nobody can say what it means: several entries have the address, or
  /// none of the addresses of a group can be read. Mail waits until somebody mends that.
  ///
  /// @param why for the log
  record Unclear(String why) implements DirectoryAnswer {}
}
