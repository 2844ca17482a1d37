package net.facteur.server.migrate;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.LookupTable.Row;

/// Addresses of all domains, by name or by pattern.
final class VirtualAliases {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  /// The local part of an address as a regular expression that means one address.
  private static final Pattern ONE_NAME =
      Pattern.compile("\\^([A-Za-z0-9_-]|\\\\\\.|\\\\\\+)+@((?:[A-Za-z0-9-]|\\\\\\.)*)\\$?");

  private static final Pattern ALL_NAMES =
      Pattern.compile("(?:\\^\\.[*+])?@((?:[A-Za-z0-9-]|\\\\\\.)+)\\$");

  private final OldPostfix old;
  private final MainCf main;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, Optional<String>> catchAll;
  private final Map<String, String> domainAliases;
  private final Map<String, Set<String>> aliases;
  private final Set<String> local;
  private final String primary;
  private final Map<String, String> rowsOfAliases;
  private final OldAliases files;

  VirtualAliases(OldPostfix old, Taken taken, OldAliases files) {
    this.old = old;
    main = old.main();
    findings = old.findings();
    handled = old.handled();
    catchAll = taken.catchAll();
    domainAliases = taken.domainAliases();
    aliases = taken.aliases();
    local = taken.local();
    primary = taken.primary();
    rowsOfAliases = taken.rowsOfAliases();
    this.files = files;
  }

  void virtualAliases() {
    handled.addAll(List.of("virtual_alias_maps", "virtual_maps"));
    Map<String, String> mirrors = new LinkedHashMap<>();
    for (String map : main.list("virtual_alias_maps")) {
      switch (old.table(map)) {
        case LookupTable.Plain(String file, List<Row> rows) ->
            rows.forEach(row -> virtual(file, row, mirrors));
        case LookupTable.Patterns(String file, List<Row> rows) ->
            rows.forEach(row -> pattern(file, row, mirrors));
        case LookupTable.Unusable(String name, Text why) ->
            findings.left(old.at("virtual_alias_maps") + ": " + name, why);
      }
    }
    mirrors.forEach((domain, other) -> mirror(domain, other, mirrors));
  }

  private void virtual(String file, Row row, Map<String, String> mirrors) {
    String what = file + ", " + row.line() + ": " + row.key();
    if (!row.key().contains("@") && catchAll.containsKey(row.key())) {
      return;
    }
    int at = row.key().lastIndexOf('@');
    String domain = at < 0 ? primary : row.key().substring(at + 1);
    if (!catchAll.containsKey(domain)) {
      findings.left(what, SAY.otherDomain(domain));
      return;
    }
    List<String> values = MainCf.split(row.value());
    if (at == 0 && values.size() == 1 && values.getFirst().startsWith("@")) {
      mirrors.put(domain, values.getFirst().substring(1).toLowerCase(Locale.ROOT));
      return;
    }
    var targets = new LinkedHashSet<String>();
    for (String value : values) {
      files.add(what, value.contains("@") ? value : value + "@" + primary, targets);
    }
    if (targets.isEmpty()) {
      return;
    }
    if (at == 0) {
      catchAll(what, domain, targets);
    } else if (at < 0) {
      for (String name : local) {
        aliases.put(row.key() + "@" + name, targets);
      }
      if (local.isEmpty()) {
        findings.left(what, SAY.noLocalDomain());
      } else {
        rowsOfAliases.put(what, row.key() + "@" + local.iterator().next());
      }
    } else if (OldPostfix.address(row.key()).isEmpty()) {
      findings.left(what, SAY.noAddress(row.key()));
    } else {
      aliases.put(row.key(), targets);
      rowsOfAliases.put(what, row.key());
    }
  }

  private void catchAll(String what, String domain, Set<String> targets) {
    String to = targets.iterator().next();
    if (targets.size() > 1) {
      to = "catch-all@" + domain;
      aliases.put(to, targets);
    }
    catchAll.put(domain, Optional.of(to));
    findings.otherwise(what, SAY.catchAll(domain));
  }

  private void pattern(String file, Row row, Map<String, String> mirrors) {
    String what = file + ", " + row.line() + ": /" + row.key() + "/";
    Matcher all = ALL_NAMES.matcher(row.key());
    if (row.value().contains("$")) {
      findings.left(what, SAY.pattern());
    } else if (ONE_NAME.matcher(row.key()).matches()) {
      String name = row.key().substring(1).replace("\\", "");
      boolean open = !name.endsWith("$");
      name = name.replace("$", "");
      String domain = name.substring(name.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
      String user = name.substring(0, name.lastIndexOf('@')).toLowerCase(Locale.ROOT);
      List<String> at =
          open
              ? catchAll.keySet().stream().filter(d -> d.startsWith(domain)).toList()
              : catchAll.containsKey(domain) ? List.of(domain) : List.of();
      if (at.isEmpty()) {
        findings.left(what, SAY.otherDomain(domain));
      } else {
        at.forEach(
            each -> {
              if (!aliases.containsKey(user + "@" + each)) {
                virtual(file, new Row(row.line(), user + "@" + each, row.value()), mirrors);
              }
            });
      }
    } else if (all.matches()) {
      virtual(
          file, new Row(row.line(), "@" + all.group(1).replace("\\", ""), row.value()), mirrors);
    } else {
      findings.left(what, SAY.pattern());
    }
  }

  /// A domain that stands for another one, or for what that one stands for.
  private void mirror(String domain, String other, Map<String, String> mirrors) {
    String what = "@" + domain + " @" + other;
    String end = other;
    for (int i = 0; i < mirrors.size() && mirrors.containsKey(end); i++) {
      end = mirrors.getOrDefault(end, end);
    }
    if (mirrors.containsKey(end)) {
      findings.left(what, SAY.loop());
    } else if (!catchAll.containsKey(end)) {
      findings.left(what, SAY.otherDomain(end));
    } else {
      domainAliases.put(domain, end);
      findings.taken(what, SAY.mirror(domain, end));
    }
  }
}
