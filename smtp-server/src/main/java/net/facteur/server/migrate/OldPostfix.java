package net.facteur.server.migrate;

import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.SettingType;
import net.facteur.server.host.MailTypes;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.LookupTable.Row;

/// The settings of a Postfix, the tree that it stands in, and what is found out about it.
///
/// @param dump shows databases
/// @param handled parameters that somebody looked at
record OldPostfix(
    OldTree tree,
    DatabaseDump dump,
    MainCf main,
    MasterCf master,
    Findings findings,
    Set<String> handled) {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  List<Row> rows(String parameter) {
    return main.list(parameter).stream().flatMap(map -> rows(parameter, map).stream()).toList();
  }

  List<Row> rows(String parameter, String map) {
    return switch (table(map)) {
      case LookupTable.Plain(String _, List<Row> rows) -> rows;
      case LookupTable.Patterns(String file, List<Row> _) -> {
        findings.left(at(parameter) + ": " + file, SAY.pattern());
        yield List.of();
      }
      case LookupTable.Unusable(String name, Text why) -> {
        findings.left(at(parameter) + ": " + name, why);
        yield List.of();
      }
    };
  }

  LookupTable table(String map) {
    return LookupTable.read(tree, map, main.value("default_database_type"), dump);
  }

  String at(String parameter) {
    for (MainCf.Parameter each : main.parameters()) {
      if (each.name().equals(parameter)) {
        return "main.cf, " + each.line() + ": " + parameter;
      }
    }
    return parameter;
  }

  void latin1(String file, OldFile.Found found) {
    if (found.latin1()) {
      findings.otherwise(file, SAY.latin1());
    }
  }

  static Optional<DomainName> domain(String text) {
    return DomainName.parse(text)
        .toOptional()
        .filter(name -> name.isHostName() && name.labelCount() > 1);
  }

  /// An address as the settings take it, in lower case where that does not matter.
  static Optional<String> address(String text) {
    return MailTypes.address().read(ConfigValueFactory.fromAnyRef(lower(text)))
            instanceof SettingType.Reading.Good<MailAddress> _
        ? Optional.of(lower(text))
        : Optional.empty();
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
