package net.facteur.server.accounts;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.Separators;

/// Which addresses a user may send as: the own one, its sub-addresses, aliases that lead to the
/// user, postmaster and abuse where the user reads their mail, and those listed for the user.
///
/// Addresses are compared part by part, never as one text: a quoted local part may hold an `@`, and
/// would then read like the address of somebody else.
public final class SendingRights {
  private static final int MAX_DEPTH = 10;

  /// What the postmaster reads of every domain (RFC 5321, section 4.5.1; RFC 2142).
  private static final Set<String> RESERVED = Set.of("postmaster", "abuse");

  private final Separators separators;
  private final BiPredicate<String, DomainName> users;
  private final Set<DomainName> domains;
  private final Optional<String> postmaster;

  private final Tables set;
  private final AddressBook book;
  private volatile Tables written;

  /// An address in its comparable form.
  private record Name(String localPart, DomainName domain) {
    static Optional<Name> of(String localPart, String domain) {
      return DomainName.parse(domain)
          .toOptional()
          .filter(d -> !d.isRoot() && localPart.indexOf('@') < 0)
          .map(d -> new Name(UserName.lower(localPart), d));
    }

    static Optional<Name> of(String text, DomainName near) {
      int at = text.lastIndexOf('@');
      return at < 0
          ? Optional.of(new Name(UserName.lower(text), near))
          : of(text.substring(0, at), text.substring(at + 1));
    }
  }

  /// What leads to users, ready to be looked up.
  private static final class Tables {
    private final Addresses source;

    /// Those that hold for every local domain, by local part.
    private final Map<String, List<String>> bare = new HashMap<>();

    private final Map<Name, List<String>> whole = new HashMap<>();

    Tables(Addresses source) {
      this.source = source;
      source
          .aliases()
          .forEach(
              (key, targets) -> {
                int at = key.lastIndexOf('@');
                if (at < 0) {
                  bare.put(UserName.lower(key), targets);
                } else {
                  Name.of(key.substring(0, at), key.substring(at + 1))
                      .ifPresent(name -> whole.put(name, targets));
                }
              });
    }

    private Optional<List<String>> domain(Name name) {
      return Optional.ofNullable(source.domains().get(name.domain()))
          .map(other -> List.of(name.localPart() + "@" + other.text()));
    }
  }

  /// @param users whether a local part at a domain is a user
  /// @param book addresses beside those that have names in the settings
  public SendingRights(
      Separators separators,
      LocalNames names,
      BiPredicate<String, DomainName> users,
      AddressBook book) {
    this.set = new Tables(names.addresses());
    this.book = book;
    this.written = new Tables(book.now());
    this.separators = separators;
    this.users = users;
    this.domains = names.domains();
    this.postmaster = names.postmaster();
  }

  /// True where the user may send as the address.
  public boolean permits(User user, MailAddress address) {
    return Name.of(address.localPart(), address.domain())
        .filter(
            name ->
                listed(user, name)
                    || isUser(user, owner(name))
                    || leadsTo(user, name, MAX_DEPTH, new HashSet<>()))
        .isPresent();
  }

  private static boolean isUser(User user, Name name) {
    return user.name().localPart().equals(name.localPart())
        && user.name().domain().equals(name.domain());
  }

  private static boolean listed(User user, Name name) {
    for (String entry : user.sendAs()) {
      int at = entry.lastIndexOf('@');
      boolean here =
          at >= 0
              && DomainName.parse(entry.substring(at + 1))
                  .toOptional()
                  .filter(name.domain()::equals)
                  .isPresent();
      String local = here ? UserName.lower(entry.substring(0, at)) : "";
      if (here && (local.equals("*") || local.equals(name.localPart()))) {
        return true;
      }
    }
    return false;
  }

  /// Whose address it is, with a tag or without: mail to it goes to the longest name that there is.
  private Name owner(Name name) {
    if (!taken(name)) {
      for (int cut : separators.cuts(name.localPart())) {
        var shorter = new Name(name.localPart().substring(0, cut), name.domain());
        if (taken(shorter)) {
          return shorter;
        }
      }
    }
    return name;
  }

  private boolean taken(Name name) {
    return users.test(name.localPart(), name.domain())
        || name.localPart().equals(Router.MAILER_DAEMON)
        || !targets(name).isEmpty();
  }

  private boolean leadsTo(User user, Name name, int depth, Set<Name> seen) {
    if (depth == 0 || !seen.add(name)) {
      return false;
    }
    for (String target : targets(name)) {
      Optional<Name> next = Name.of(target, name.domain());
      if (next.isPresent()
          && (isUser(user, owner(next.get())) || leadsTo(user, next.get(), depth - 1, seen))) {
        return true;
      }
    }
    return false;
  }

  /// What an address stands for, in the order in which mail to it is routed.
  private List<String> targets(Name name) {
    Tables store = written();
    for (Tables tables : List.of(set, store)) {
      List<String> found = tables.whole.get(name);
      // A bare name is ours: nobody becomes somebody at a foreign host by it.
      if (found == null && domains.contains(name.domain())) {
        found = tables.bare.get(name.localPart());
      }
      if (found != null) {
        return found;
      }
    }
    if (!domains.contains(name.domain())) {
      return List.of();
    }
    if (RESERVED.contains(name.localPart()) && postmaster.isPresent()) {
      return List.of(postmaster.get());
    }
    return set.domain(name).or(() -> store.domain(name)).orElse(List.of());
  }

  private Tables written() {
    Tables tables = written;
    Addresses now = book.now();
    if (!tables.source.equals(now)) {
      tables = new Tables(now);
      written = tables;
    }
    return tables;
  }
}
