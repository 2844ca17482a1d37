package net.facteur.server.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Finds the commands in a text that somebody is to type, calls the program as it must be called
/// here, and names the settings file in those that take one.
///
/// @param root the `facteur` command
/// @param program what calls it, as a shell reads it
/// @param file the settings file, as a shell reads it; empty where commands find it by themselves
record TypedCommands(CommandSpec root, String program, Optional<String> file) {
  private static final String OPTION = "-c";

  /// The name of the program where a command may follow it.
  private static final Pattern PROGRAM =
      Pattern.compile("(?<![\\w./@-])(?:\\./)?facteur(?= (?:[a-z]|COMMAND\\b|\\[-))");

  private static final Pattern WORD = Pattern.compile(" ([a-z][a-z0-9-]*)(?![\\w@/=-]|\\.\\w)");

  /// Where a command is over.
  private static final Pattern END = Pattern.compile("\n|&&|[;)`|]|, |\\. ");

  /// @param program what calls the program
  /// @param file the settings file as it was named
  static TypedCommands of(CommandSpec root, String program, Optional<String> file) {
    return new TypedCommands(root, quoted(program), file.map(TypedCommands::quoted));
  }

  /// A word as a shell reads it.
  static String quoted(String word) {
    boolean plain = word.matches("[\\w./@:+,=-]+");
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /// The command that was typed with these words.
  static String again(List<String> words) {
    return "facteur " + words.stream().map(TypedCommands::quoted).collect(Collectors.joining(" "));
  }

  /// The text with each such command as it must be typed.
  String in(String text) {
    var out = new StringBuilder(text.length() + 32);
    Matcher name = PROGRAM.matcher(text);
    int copied = 0;
    while (name.find()) {
      CommandSpec command = root;
      int at = name.end();
      Matcher word = WORD.matcher(text);
      while (word.region(at, text.length()).useTransparentBounds(true).lookingAt()) {
        CommandLine next = command.subcommands().get(word.group(1));
        if (next == null) {
          break;
        }
        command = next.getCommandSpec();
        at = word.end();
      }
      if (at == name.end() && Character.isLowerCase(text.charAt(at + 1))) {
        continue; // the program, or its user, in a sentence
      }
      out.append(text, copied, name.start()).append(program).append(text, name.end(), at);
      copied = at;
      if (file.isPresent() && command.findOption(OPTION) != null && !named(text, at)) {
        out.append(' ').append(OPTION).append(' ').append(file.get());
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  /// The command names a settings file already.
  private static boolean named(String text, int at) {
    Matcher end = END.matcher(text);
    String rest = text.substring(at, end.find(at) ? end.start() : text.length()) + " ";
    return rest.contains(" " + OPTION + " ") || rest.matches("(?s).* --config[= ].*");
  }
}
