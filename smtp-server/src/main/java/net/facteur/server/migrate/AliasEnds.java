package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.facteur.server.accounts.User;

/// Where all that was read leads: what goes round in circles is left out, and what leads to nobody
/// is said.
final class AliasEnds {
  private static final MigrateTexts SAY = MigrateTexts.SAY;
  private static final int ALIASES_MAX = 100_000;

  private final Findings findings;
  private final Map<String, String> settings;
  private final Map<String, Optional<String>> catchAll;
  private final Map<String, String> domainAliases;
  private final Map<String, Set<String>> aliases;
  private final Set<String> discarded;
  private final Map<String, User> users;
  private final Map<String, String> rowsOfAliases;

  AliasEnds(OldPostfix old, Taken taken) {
    findings = old.findings();
    settings = taken.settings();
    catchAll = taken.catchAll();
    domainAliases = taken.domainAliases();
    aliases = taken.aliases();
    discarded = taken.discarded();
    users = taken.users();
    rowsOfAliases = taken.rowsOfAliases();
  }

  /// Users whose mail goes on, taken out of the aliases.
  Map<String, List<String>> forwards() {
    var forwards = new LinkedHashMap<String, List<String>>();
    for (String user : users.keySet()) {
      Set<String> targets = aliases.remove(user);
      if (targets != null && !targets.equals(Set.of(user))) {
        forwards.put(user, List.copyOf(targets));
      }
    }
    return forwards;
  }

  /// The aliases that lead somewhere.
  Map<String, List<String>> withoutLoops() {
    var left = new LinkedHashMap<String, List<String>>();
    var loops = new TreeSet<String>();
    aliases.keySet().stream().filter(this::returns).forEach(loops::add);
    aliases.forEach(
        (name, targets) -> {
          if (loops.contains(name) || loops.containsAll(targets)) {
            return;
          }
          if (left.size() >= ALIASES_MAX) {
            findings.left(name, SAY.tooMany(ALIASES_MAX));
            return;
          }
          left.put(name, targets.stream().filter(t -> !loops.contains(t)).toList());
        });
    rowsOfAliases.forEach(
        (row, name) -> {
          if (loops.contains(name)) {
            findings.left(row, SAY.loop());
            return;
          }
          findings.taken(row, SAY.becomes(users.containsKey(name) ? "forwards" : "aliases"));
          left.getOrDefault(name, List.of()).stream()
              .filter(target -> !exists(left, target))
              .forEach(target -> findings.left(row, SAY.nobody(target)));
        });
    return left;
  }

  /// True where mail to the address gets somewhere, or leaves this server.
  private boolean exists(Map<String, List<String>> left, String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1);
    String name = address.substring(0, address.lastIndexOf('@'));
    String other = domainAliases.get(domain);
    if (other != null && exists(left, name + "@" + other)) {
      return true;
    }
    return !catchAll.containsKey(domain)
        || catchAll.getOrDefault(domain, Optional.empty()).isPresent()
        || left.containsKey(address)
        || discarded.contains(address)
        || users.containsKey(address)
        || (settings.containsKey("postmaster") && Set.of("postmaster", "abuse").contains(name));
  }

  private boolean returns(String name) {
    var seen = new LinkedHashSet<String>();
    var next = new ArrayList<>(targets(name));
    for (int i = 0; i < next.size() && i < 10_000; i++) {
      if (next.get(i).equals(name)) {
        return true;
      }
      if (seen.add(next.get(i))) {
        next.addAll(targets(next.get(i)));
      }
    }
    return false;
  }

  /// Where an address leads: an address of a domain that stands for another one, to that one.
  private Set<String> targets(String address) {
    Set<String> own = aliases.get(address);
    if (own != null) {
      return own;
    }
    int at = address.lastIndexOf('@');
    String other = domainAliases.get(address.substring(at + 1));
    return other == null || users.containsKey(address)
        ? Set.of()
        : Set.of(address.substring(0, at + 1) + other);
  }
}
