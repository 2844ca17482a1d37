package net.facteur.server.lists.moving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.Member;

/// The lists of a source while its files are read: several files may speak of one list.
final class MovedLists {
  private static final Set<String> ENDINGS =
      Set.of(
          "members",
          "config",
          "nomail",
          "nomail-bounces",
          "digest",
          "owners",
          "moderators",
          "txt",
          "json",
          "csv",
          "dump",
          "cfg",
          "py",
          "out");

  private final ImportHints hints;
  private final Map<String, MovedListBuilder> lists = new LinkedHashMap<>();

  MovedLists(ImportHints hints) {
    this.hints = hints;
  }

  /// The list that a file speaks of.
  ///
  /// @param address as the file says it
  MovedListBuilder list(SourceFile file, Optional<MailAddress> address) {
    Optional<MailAddress> its = hints.list().or(() -> address);
    return its.isPresent() ? list(its.get()) : named(base(file.name()));
  }

  MovedListBuilder list(MailAddress address) {
    return lists
        .computeIfAbsent(address.text(), _ -> new MovedListBuilder())
        .address(Optional.of(address));
  }

  /// A list of which the name is known, with its domain or without.
  MovedListBuilder named(String name) {
    Optional<MailAddress> whole = hints.list().or(() -> address(name));
    return whole.isPresent()
        ? list(whole.get())
        : lists.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new MovedListBuilder());
  }

  private Optional<MailAddress> address(String name) {
    return name.contains("@")
        ? Member.address(name)
        : hints.domain().flatMap(domain -> Member.address(name + "@" + domain.text()));
  }

  /// The name of a file without what it holds: `asso.members` is of `asso`.
  static String base(String file) {
    String name = file;
    int dot = name.lastIndexOf('.');
    while (dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT))) {
      name = name.substring(0, dot);
      dot = name.lastIndexOf('.');
    }
    return name;
  }

  /// What a file holds of its list, by the last part of its name; an empty text where it has none.
  static String ending(String file) {
    int dot = file.lastIndexOf('.');
    return dot <= 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /// All lists of which something was read. Two files may name one list in different ways; they
  /// come together here.
  List<MovedList> build() {
    var all = new LinkedHashMap<String, MovedList>();
    lists.forEach(
        (key, builder) -> {
          if (!builder.isEmpty()) {
            MovedList list = builder.build();
            all.merge(list.address().map(MailAddress::text).orElse(key), list, MovedList::and);
          }
        });
    return new ArrayList<>(all.values());
  }
}
