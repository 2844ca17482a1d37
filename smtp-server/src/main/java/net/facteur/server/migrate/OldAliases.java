package net.facteur.server.migrate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.server.accounts.User;
import net.facteur.server.language.Text;

/// Aliases of the local domains, and what users let be forwarded.
final class OldAliases {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  /// What `postalias` keeps about the database itself.
  private static final Pattern OF_THE_DATABASE =
      Pattern.compile("(?i)(?:@|yp_last_modified|yp_master_name)\\s.*");

  /// Stands among targets until they are all read.
  private static final String NOWHERE = "/dev/null";

  private static final int TARGETS_MAX = 1000;
  private static final String DISCARDED = "discarded-addresses";
  private static final int INCLUDES_MAX = 10;

  private final OldPostfix old;
  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;
  private final Map<String, String> domainAliases;
  private final Map<String, Set<String>> aliases;
  private final Set<String> discarded;
  private final Map<String, User> users;
  private final Set<String> local;
  private final String primary;
  private final Map<String, String> rowsOfAliases;

  OldAliases(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
    domainAliases = taken.domainAliases();
    aliases = taken.aliases();
    discarded = taken.discarded();
    users = taken.users();
    local = taken.local();
    primary = taken.primary();
    rowsOfAliases = taken.rowsOfAliases();
  }

  void forwardFile(String address, String home) {
    String file = home + "/.forward";
    if (!home.startsWith("/") || !(tree.read(file) instanceof OldFile.Found found)) {
      return;
    }
    String name = address.substring(0, address.indexOf('@'));
    var targets = new LinkedHashSet<String>();
    found.lines().stream()
        .filter(line -> !line.startsWith("#"))
        .flatMap(line -> AliasTarget.parse(line).stream())
        .forEach(target -> target(file, name, target, targets, 0));
    if (nowhere(targets)) {
      discarded.add(address);
      findings.taken(file, SAY.becomes(DISCARDED));
    } else if (!targets.isEmpty()) {
      aliases.put(address, targets);
      findings.taken(file, SAY.becomes("forwards"));
    }
  }

  void etcAliases() {
    handled.addAll(List.of("alias_maps", "alias_database"));
    if (local.isEmpty()) {
      return;
    }
    var names = new TreeSet<String>();
    for (String map : main.list("alias_maps")) {
      String file = map.substring(map.indexOf(':') + 1);
      if (map.startsWith("nis:") || map.startsWith("netinfo:")) {
        findings.left(
            old.at("alias_maps") + ": " + map, SAY.tableType(map.substring(0, map.indexOf(':'))));
        continue;
      }
      AliasesFile read = aliasesFile(map, file);
      read.malformed().forEach(line -> findings.left(file + ", " + line, SAY.noAlias()));
      for (AliasesFile.Alias alias : read.aliases()) {
        alias(file, alias, names);
      }
    }
    names.addAll(
        users.keySet().stream()
            .filter(u -> u.endsWith("@" + primary))
            .map(u -> u.substring(0, u.indexOf('@')))
            .toList());
    for (String domain : local) {
      if (!domain.equals(primary)) {
        names.forEach(
            name ->
                aliases.putIfAbsent(
                    name + "@" + domain, new LinkedHashSet<>(List.of(name + "@" + primary))));
      }
    }
  }

  private AliasesFile aliasesFile(String map, String file) {
    return switch (tree.read(file)) {
      case OldFile.Found found -> {
        old.latin1(file, found);
        yield AliasesFile.parse(found.lines());
      }
      case OldFile.Missing _ -> {
        String type = map.contains(":") ? map.substring(0, map.indexOf(':')) : "hash";
        List<String> lines =
            old.dump().lines(type + ":" + tree.at(file)).stream()
                .filter(line -> !OF_THE_DATABASE.matcher(line).matches())
                .toList();
        if (lines.isEmpty()) {
          findings.left(file, SAY.missing());
        }
        yield AliasesFile.parse(lines.stream().map(l -> l.replaceFirst(":?\\s+", ": ")).toList());
      }
      case OldFile.Unusable(Text why) -> {
        findings.left(file, why);
        yield new AliasesFile(List.of(), List.of());
      }
    };
  }

  private void alias(String file, AliasesFile.Alias alias, Set<String> names) {
    String what = file + ", " + alias.line() + ": " + alias.name();
    if (OldPostfix.address(alias.name() + "@" + primary).isEmpty()) {
      findings.left(what, SAY.noAddress(alias.name()));
      return;
    }
    var targets = new LinkedHashSet<String>();
    alias.targets().forEach(target -> target(what, alias.name(), target, targets, 0));
    if (nowhere(targets)) {
      if (!aliases.containsKey(alias.name() + "@" + primary)) {
        local.forEach(domain -> discarded.add(alias.name() + "@" + domain));
        findings.taken(what, SAY.becomes(DISCARDED));
      }
      return;
    }
    if (targets.isEmpty()) {
      return;
    }
    if (aliases.putIfAbsent(alias.name() + "@" + primary, targets) == null) {
      names.add(alias.name());
      rowsOfAliases.put(what, alias.name() + "@" + primary);
    }
  }

  /// True where mail goes to `/dev/null` alone. Beside other targets that says nothing.
  private static boolean nowhere(Set<String> targets) {
    return targets.remove(NOWHERE) && targets.isEmpty();
  }

  void target(String what, String name, AliasTarget target, Set<String> targets, int depth) {
    switch (target) {
      case AliasTarget.Local(String other) -> add(what, other + "@" + primary, targets);
      case AliasTarget.Mailbox(String other) -> {
        if (!other.equalsIgnoreCase(name)
            || users.containsKey(OldPostfix.lower(other + "@" + primary))) {
          add(what, other + "@" + primary, targets);
        } else {
          findings.left(what, SAY.noSuchMailbox(other));
        }
      }
      case AliasTarget.Address(String address) -> add(what, address, targets);
      case AliasTarget.Pipe(String command) -> findings.left(what, SAY.pipe(command));
      case AliasTarget.File(String path) -> findings.left(what, SAY.fileTarget(path));
      case AliasTarget.Discard() -> targets.add(NOWHERE);
      case AliasTarget.Include(String path) -> {
        if (depth >= INCLUDES_MAX) {
          findings.left(what, SAY.includesCircle(path));
          return;
        }
        switch (tree.read(path)) {
          case OldFile.Found found -> {
            for (LogicalLine line :
                LogicalLine.of(found.lines().stream().map(String::strip).toList())) {
              AliasTarget.parse(line.text())
                  .forEach(each -> target(path, name, each, targets, depth + 1));
            }
          }
          case OldFile.Missing _ -> findings.left(what, SAY.includeMissing(path));
          case OldFile.Unusable(Text why) -> findings.left(path, why);
        }
      }
    }
  }

  void add(String what, String address, Set<String> targets) {
    Optional<String> good = OldPostfix.address(address);
    if (good.isEmpty()) {
      findings.left(what, SAY.noAddress(address));
    } else if (targets.size() < TARGETS_MAX) {
      targets.add(good.get());
    } else {
      findings.left(what, SAY.tooMany(TARGETS_MAX));
    }
  }

  /// Addresses that nothing else was found for, to be thrown away.
  void discarded() {
    discarded.removeAll(aliases.keySet());
    if (!discarded.isEmpty()) {
      settings.put(
          DISCARDED,
          discarded.stream().map(OldPostfix::quoted).collect(Collectors.joining(", ", "[", "]")));
    }
  }

  /// Who reads the mail of postmaster: the first user at the end of the aliases.
  void postmaster() {
    String name = "postmaster@" + primary;
    for (int i = 0; i < 20 && !users.containsKey(name); i++) {
      Set<String> targets = aliases.getOrDefault(name, Set.of());
      int at = name.lastIndexOf('@') + 1;
      String other = domainAliases.get(name.substring(at));
      if (!targets.isEmpty()) {
        name = targets.iterator().next();
      } else if (other != null) {
        name = name.substring(0, at) + other;
      } else {
        break;
      }
    }
    if (!users.containsKey(name)) {
      findings.left("postmaster", SAY.noPostmaster());
      return;
    }
    settings.put("postmaster", OldPostfix.quoted(name));
    findings.taken("postmaster", SAY.becomes("postmaster = " + name));
    for (String domain : local) {
      aliases.remove("postmaster@" + domain);
      aliases.remove("mailer-daemon@" + domain);
      discarded.removeAll(List.of("postmaster@" + domain, "mailer-daemon@" + domain));
    }
  }
}
