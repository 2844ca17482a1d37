package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.language.Language;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Writes `docs/commands.md`: every command with its options, as the command line knows them.
///
/// @param root the `facteur` command
record CommandsPage(CommandSpec root) {
  private static final List<String> EVERYWHERE = List.of("--help", "--version", "--config");
  private static final int WIDTH = 96;

  /// The whole page.
  String write() {
    HelpBundle.speak(root, Language.ENGLISH);
    var out = new StringBuilder();
    out.append(
        """
        # Commands

        <!-- Generated from the command line: `./facteur config commands`. -->

        Type `./facteur COMMAND --help` to read the same in the terminal. Where this page writes
        `facteur`, type `./facteur` in the directory of Facteur, or `/opt/facteur/facteur` from anywhere.

        Every command takes `-h`, `--help` and `-V`, `--version`. A command that shows `-c=FILE` reads the
        settings: `conf/mail.conf`, or the file that `FACTEUR_CONF` or `-c` names. Words in capitals stand
        for what you put there; what stands in brackets may be left out.

        | ends with | meaning |
        |---|---|
        | 0 | all is well |
        | 1 | a problem was found |
        | 2 | the command line was not understood |
        | 3 | reloaded, and some settings wait for a restart |
        | 70 | a fault of Facteur |
        """);
    out.append('\n');
    List<CommandLine> all = List.copyOf(root.subcommands().values());
    for (CommandLine command : all) {
      CommandSpec spec = command.getCommandSpec();
      out.append("- [").append(code(spec)).append("](#").append(anchor(spec)).append("): ");
      out.append(first(spec)).append('\n');
    }
    for (CommandLine command : all) {
      write(out, command, 2);
    }
    return out.toString();
  }

  private static void write(StringBuilder out, CommandLine command, int level) {
    CommandSpec spec = command.getCommandSpec();
    out.append('\n').append("#".repeat(level)).append(' ').append(code(spec)).append("\n\n");
    out.append(sentences(spec.usageMessage().description())).append('\n');
    List<CommandLine> below =
        command.getSubcommands().values().stream()
            .sorted(Comparator.comparing(CommandLine::getCommandName))
            .toList();
    if (below.isEmpty() || !spec.args().stream().allMatch(CommandsPage::everywhere)) {
      out.append('\n');
      synopsis(spec, WIDTH).lines().forEach(line -> out.append("    ").append(line).append('\n'));
      parameters(out, spec);
    }
    below.forEach(sub -> write(out, sub, level + 1));
  }

  /// How a command is typed, in lines of at most `width` characters.
  static String synopsis(CommandSpec spec, int width) {
    spec.usageMessage().width(width);
    return new Help(spec, CommandLine.Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0);
  }

  private static void parameters(StringBuilder out, CommandSpec spec) {
    var lines = new ArrayList<String>();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      lines.add("- `" + parameter.paramLabel() + "`" + text(parameter));
    }
    options(spec)
        .filter(option -> !everywhere(option))
        .map(option -> "- `" + names(option) + "`" + text(option))
        .forEach(lines::add);
    if (!lines.isEmpty()) {
      out.append('\n').append(String.join("\n", lines)).append('\n');
    }
  }

  /// The options of a command by their names.
  static Stream<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream()
        .sorted(Comparator.comparing(option -> option.longestName().toLowerCase(Locale.ROOT)));
  }

  /// What stands behind the names of an option: nothing, or the value that it takes.
  static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : "=" + option.paramLabel();
  }

  private static boolean everywhere(ArgSpec argument) {
    return argument instanceof OptionSpec option && EVERYWHERE.contains(option.longestName());
  }

  private static String names(OptionSpec option) {
    return String.join("`, `", option.names()) + value(option);
  }

  private static String text(ArgSpec argument) {
    String text = sentences(argument.description());
    return text.isEmpty() ? "" : ": " + text;
  }

  /// What a description says, without what Markdown would take for its own.
  private static String sentences(String... lines) {
    return Stream.of(lines)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "))
        .replaceAll("[*<]", "\\\\$0");
  }

  private static String first(CommandSpec spec) {
    return spec.usageMessage().description()[0];
  }

  private static String code(CommandSpec spec) {
    return "`" + spec.qualifiedName() + "`";
  }

  private static String anchor(CommandSpec spec) {
    return spec.qualifiedName("-");
  }
}
