package net.facteur.server.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Finds the commands in a text that somebody is to type, and names the settings file in those that
/// take one.
///
/// @param root the `facteur` command
/// @param file the settings file, as a shell reads it
record TypedCommands(CommandSpec root, String file) {
  private static final String OPTION = "-c";

  /// The name of the program where a command may follow it.
  private static final Pattern PROGRAM =
      Pattern.compile("(?<![\\w./@-])(?:\\./)?facteur(?= [a-z])");

  private static final Pattern WORD = Pattern.compile(" ([a-z][a-z0-9-]*)(?![\\w@/=-]|\\.\\w)");

  /// @param named the settings file as it was named
  static TypedCommands of(CommandSpec root, String named) {
    boolean plain = named.matches("[\\w./@:+,-]+");
    return new TypedCommands(root, plain ? named : "'" + named.replace("'", "'\\''") + "'");
  }

  /// The text with the file named after the words of each such command.
  String in(String text) {
    var out = new StringBuilder(text.length() + 32);
    Matcher program = PROGRAM.matcher(text);
    int copied = 0;
    while (program.find()) {
      int end = end(text, program.end());
      if (end > 0) {
        out.append(text, copied, end).append(' ').append(OPTION).append(' ').append(file);
        copied = end;
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  /// Where the words of a command end; 0 where there is no command that takes a file, or has one.
  private int end(String text, int from) {
    CommandSpec command = root;
    int at = from;
    Matcher word = WORD.matcher(text);
    while (word.region(at, text.length()).useTransparentBounds(true).lookingAt()) {
      CommandLine next = command.subcommands().get(word.group(1));
      if (next == null) {
        break;
      }
      command = next.getCommandSpec();
      at = word.end();
    }
    return at == from || command.findOption(OPTION) == null || named(text, at) ? 0 : at;
  }

  private static boolean named(String text, int at) {
    int line = text.indexOf('\n', at);
    String rest = text.substring(at, line < 0 ? text.length() : line);
    return rest.startsWith(" " + OPTION + " ") || rest.startsWith(" --config");
  }
}
