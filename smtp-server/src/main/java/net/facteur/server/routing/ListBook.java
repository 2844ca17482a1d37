package net.facteur.server.routing;

import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;

/// Which addresses mailing lists have. Asked on event loops, so answers must come from memory.
@FunctionalInterface
public interface ListBook {
  /// No lists.
  ListBook EMPTY = _ -> Optional.empty();

  /// What an address of a local domain is to a list; empty for the address of no list.
  Optional<Place> place(MailAddress address);

  /// Where mail to an address of a list goes.
  sealed interface Place {
    /// The list takes it.
    ///
    /// @param list the address of the list, in lower case
    record OfList(String list) implements Place {}

    /// The people who answer for the list take it.
    record OfPeople(List<MailAddress> people) implements Place {
      public OfPeople {
        people = List.copyOf(people);
      }
    }

    /// Nobody can say now what the list does with it.
    ///
    /// @param list the address of the list, in lower case
    record Unsure(String list) implements Place {}
  }
}
