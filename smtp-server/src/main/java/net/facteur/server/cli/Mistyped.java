package net.facteur.server.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// A command line that was not understood, in words.
///
/// @param what is wrong
/// @param meant what may have been meant; empty where nothing is near
record Mistyped(Text what, Optional<Text> meant) {
  private static final CliTexts SAY = CliTexts.SAY;

  static Mistyped of(ParameterException e, Language language) {
    return switch (e) {
      case UnmatchedArgumentException unmatched ->
          new Mistyped(unmatched(unmatched), meant(unmatched, language));
      case MissingParameterException missing -> new Mistyped(missing(missing), Optional.empty());
      case OverwrittenOptionException twice ->
          new Mistyped(SAY.givenTwice(name(twice.getOverwritten())), Optional.empty());
      default -> new Mistyped(value(e), Optional.empty());
    };
  }

  private static Text unmatched(UnmatchedArgumentException e) {
    List<String> words = e.getUnmatched();
    CommandSpec command = e.getCommandLine().getCommandSpec();
    if (e.isUnknownOption()) {
      return SAY.mistypedOption(words.size(), quoted(words));
    }
    return command.subcommands().isEmpty() || words.isEmpty()
        ? SAY.mistypedWords(quoted(words))
        : SAY.mistypedCommand(words.getFirst());
  }

  private static Optional<Text> meant(UnmatchedArgumentException e, Language language) {
    List<String> near = e.getSuggestions();
    if (near.isEmpty()) {
      return Optional.empty();
    }
    if (e.isUnknownOption()) {
      return Optional.of(SAY.possibleOptions(String.join(", ", near)));
    }
    String group = e.getCommandLine().getCommandSpec().qualifiedName();
    return Optional.of(
        SAY.didYouMean(
            near.stream()
                .map(name -> group + " " + name)
                .collect(Collectors.joining(" " + SAY.or().in(language) + " "))));
  }

  private static Text missing(MissingParameterException e) {
    List<ArgSpec> missing = e.getMissing();
    List<OptionSpec> options =
        missing.stream().filter(OptionSpec.class::isInstance).map(OptionSpec.class::cast).toList();
    // an option that was typed lacks its value; one that was not is missing itself
    if (options.size() == 1 && !options.getFirst().required()) {
      return SAY.missingValue(name(options.getFirst()), options.getFirst().paramLabel());
    }
    String names = quoted(missing.stream().map(Mistyped::shown).toList());
    if (options.isEmpty()) {
      return SAY.missingParameter(missing.size(), names);
    }
    return options.size() == missing.size()
        ? SAY.missingOption(missing.size(), names)
        : SAY.missingBoth(names);
  }

  /// A value that cannot be read.
  private static Text value(ParameterException e) {
    ArgSpec of = e.getArgSpec();
    if (of == null) {
      return Text.of(String.valueOf(e.getMessage()));
    }
    Class<?> type = of.type();
    Object[] choices = type.getEnumConstants();
    if (choices != null) {
      String allowed =
          Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", "));
      return SAY.badChoice(name(of), allowed, e.getValue());
    }
    if (type == int.class || type == long.class) {
      return SAY.badNumber(name(of), e.getValue());
    }
    return SAY.badValue(
        name(of),
        e.getCause() instanceof TypeConversionException why
            ? String.valueOf(why.getMessage())
            : "'" + e.getValue() + "'");
  }

  private static String shown(ArgSpec missing) {
    return missing instanceof OptionSpec option
        ? option.longestName() + "=" + option.paramLabel()
        : missing.paramLabel();
  }

  private static String name(ArgSpec of) {
    return of instanceof OptionSpec option ? option.longestName() : of.paramLabel();
  }

  private static String quoted(List<String> words) {
    return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", "));
  }
}
