package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.facteur.server.migrate.LookupTable.Row;

/// Who the old server is, and its domains.
final class OldDomains {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldPostfix old;
  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, Optional<String>> catchAll = new LinkedHashMap<>();
  private final Set<String> local = new LinkedHashSet<>();
  private String primary = "";

  OldDomains(OldPostfix old) {
    this.old = old;
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
  }

  void identity() {
    handled.addAll(List.of("myhostname", "mydomain", "myorigin", "mydestination"));
    String host = main.value("myhostname").toLowerCase(Locale.ROOT);
    if (OldPostfix.domain(host).isPresent()) {
      settings.put("hostname", host);
      findings.taken(old.at("myhostname"), SAY.becomes("hostname"));
    } else {
      findings.left(old.at("myhostname"), SAY.noHostName(host));
    }
  }

  private String origin() {
    String origin = main.value("myorigin");
    if (origin.startsWith("/")) {
      origin =
          tree.read(origin) instanceof OldFile.Found found
              ? found.text().lines().findFirst().orElse("").strip()
              : main.value("myhostname");
    }
    return origin.toLowerCase(Locale.ROOT);
  }

  void domains() {
    for (String name : main.list("mydestination")) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("localhost") || lower.equals("localdomain")) {
        continue;
      }
      if (lower.contains("/") || lower.contains(":")) {
        for (Row row : old.rows("mydestination", name)) {
          addDomain("mydestination", row.key(), local);
        }
      } else {
        addDomain("mydestination", lower, local);
      }
    }
    for (String parameter : List.of("virtual_mailbox_domains", "virtual_alias_domains")) {
      handled.add(parameter);
      for (String name : main.list(parameter)) {
        if (name.contains(":") || name.startsWith("/")) {
          // What cannot be read is told where the table itself is read.
          List<Row> rows =
              main.sets(parameter)
                  ? old.rows(parameter, name)
                  : old.table(name) instanceof LookupTable.Plain(String _, List<Row> plain)
                      ? plain
                      : List.of();
          for (Row row : rows) {
            if (!row.key().contains("@") && row.key().contains(".")) {
              addDomain(parameter, row.key(), new LinkedHashSet<>());
            }
          }
        } else {
          addDomain(parameter, name.toLowerCase(Locale.ROOT), new LinkedHashSet<>());
        }
      }
    }
    String origin = origin();
    primary =
        catchAll.containsKey(origin)
            ? origin
            : local.stream()
                .findFirst()
                .orElseGet(() -> catchAll.keySet().stream().findFirst().orElse(origin));
    findings.taken(
        "mydestination, virtual_mailbox_domains, virtual_alias_domains",
        SAY.domainsTaken(catchAll.size(), String.join(", ", catchAll.keySet())));
  }

  private void addDomain(String parameter, String name, Set<String> to) {
    if (OldPostfix.domain(name).isPresent()) {
      catchAll.putIfAbsent(name, Optional.empty());
      to.add(name);
    } else {
      findings.left(old.at(parameter) + ": " + name, SAY.noDomain());
    }
  }

  /// What was found, to go on with.
  Taken taken() {
    return new Taken(
        settings,
        catchAll,
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        new TreeSet<>(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        new ArrayList<>(),
        local,
        primary,
        new LinkedHashMap<>());
  }
}
