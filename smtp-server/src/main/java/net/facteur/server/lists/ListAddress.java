package net.facteur.server.lists;

import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;

/// An address of a list.
///
/// @param list the address of the list itself
/// @param part which of its addresses it is
/// @param tag what stands behind a `+`, in lower case; empty for nothing, and never there for posts
public record ListAddress(UserName list, ListPart part, String tag) {
  /// What an address is to a list.
  ///
  /// @param exists whether there is such a list
  public static Optional<ListAddress> of(MailAddress address, Predicate<UserName> exists) {
    String local = Ascii.lower(address.localPart());
    int plus = local.indexOf('+');
    String name = plus < 0 ? local : local.substring(0, plus);
    String tag = plus < 0 ? "" : local.substring(plus + 1);
    for (ListPart part : ListPart.values()) {
      if (!name.endsWith(part.suffix())
          || name.length() == part.suffix().length()
          || (part == ListPart.POSTS && plus >= 0)) {
        continue;
      }
      String list = name.substring(0, name.length() - part.suffix().length());
      Optional<UserName> found = UserName.parse(list + "@" + address.domain()).filter(exists);
      if (found.isPresent()) {
        return Optional.of(new ListAddress(found.get(), part, tag));
      }
    }
    return Optional.empty();
  }
}
