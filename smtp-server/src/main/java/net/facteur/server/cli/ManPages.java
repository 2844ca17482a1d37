package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.Setting;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Writes a manual page for the program, one for each of its commands, as the command line knows
/// them, and one for the settings, in the macros of man(7).
///
/// @param root the `facteur` command
/// @param schema every setting
/// @param version of the program, for the foot of each page
record ManPages(CommandSpec root, Schema schema, String version) {
  private static final ManTexts SAY = ManTexts.SAY;

  private static final int WIDTH = 78;

  /// The pages by the names of their files, such as `facteur-queue-list.1`.
  Map<String, String> write() {
    Map<String, String> pages = write(Language.ENGLISH);
    pages.put("mail.conf.5", settings());
    return pages;
  }

  /// The pages of the commands in a language; the settings are described in English alone.
  Map<String, String> write(Language language) {
    HelpBundle.speak(root, language);
    var pages = new LinkedHashMap<String, String>();
    pages.put(file(root), program(language));
    root.subcommands().values().forEach(command -> write(command, language, pages));
    return pages;
  }

  private void write(CommandLine command, Language language, Map<String, String> pages) {
    CommandSpec spec = command.getCommandSpec();
    pages.put(file(spec), page(spec, language));
    command.getSubcommands().values().forEach(below -> write(below, language, pages));
  }

  private static String file(CommandSpec spec) {
    return spec.qualifiedName("-") + ".1";
  }

  private String program(Language language) {
    var out = new StringBuilder(page(root, language));
    heading(out, SAY.manFiles(), language);
    out.append(".TP\n.I /etc/facteur/mail.conf\n").append(line(SAY.manSettings(), language));
    out.append(".BR mail.conf (5).\n.TP\n.I /var/lib/facteur\n");
    out.append(line(SAY.manData(), language));
    heading(out, SAY.manEnvironment(), language);
    out.append(".TP\n.B FACTEUR_CONF\n").append(line(SAY.manUnless(), language));
    out.append(".B \\-c\n").append(line(SAY.manNamesOne(), language));
    out.append(".TP\n.B FACTEUR_OPTS\n").append(line(SAY.manJava(), language));
    out.append(".BR \\-Xmx1g .\n.TP\n.BR DKIM_SELECTOR ,\\  DKIM_SELECTOR_EXAMPLE_ORG\n");
    return out.append(line(SAY.manSelector(), language)).toString();
  }

  private static void heading(StringBuilder out, Text title, Language language) {
    out.append(".SH ").append(line(title, language));
  }

  private static String line(Text text, Language language) {
    return Troff.text(text.in(language)) + "\n";
  }

  private String page(CommandSpec spec, Language language) {
    var out = new StringBuilder();
    out.append(".TH ").append(Troff.quoted(spec.qualifiedName("-").toUpperCase(Locale.ROOT)));
    out.append(" 1 \"\" ").append(Troff.quoted("Facteur " + version)).append(" \"Facteur\"\n");
    heading(out, SAY.manName(), language);
    out.append(Troff.escaped(spec.qualifiedName("-"))).append(" \\- ");
    out.append(brief(spec)).append('\n');
    heading(out, SAY.manSynopsis(), language);
    out.append(".nf\n");
    CommandsPage.synopsis(spec, WIDTH)
        .lines()
        .forEach(line -> out.append(Troff.text(line)).append('\n'));
    out.append(".fi\n");
    heading(out, SAY.manDescription(), language);
    Troff.paragraphs(out, "", spec.usageMessage().description());
    arguments(out, spec, language);
    commands(out, spec, language);
    Troff.paragraphs(out, ".SH " + line(SAY.manNotes(), language), spec.usageMessage().footer());
    if (!spec.usageMessage().exitCodeList().isEmpty()) {
      heading(out, SAY.manExitStatus(), language);
      spec.usageMessage()
          .exitCodeList()
          .forEach((code, says) -> Troff.item(out, ".B " + Troff.escaped(code.strip()), says));
    }
    also(out, spec, language);
    return out.toString();
  }

  /// One line for lists of pages: the first sentence, which begins small.
  private static String brief(CommandSpec spec) {
    String first = String.join(" ", spec.usageMessage().description());
    int end = first.indexOf(". ");
    String sentence = (end < 0 ? first : first.substring(0, end)).replaceFirst("\\.$", "");
    return Troff.text(sentence);
  }

  private static void arguments(StringBuilder out, CommandSpec spec, Language language) {
    List<OptionSpec> options =
        CommandsPage.options(spec).filter(option -> !option.hidden()).toList();
    if (options.isEmpty() && spec.positionalParameters().isEmpty()) {
      return;
    }
    heading(out, SAY.manOptions(), language);
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      Troff.item(out, ".I " + Troff.escaped(parameter.paramLabel()), description(parameter));
    }
    for (OptionSpec option : options) {
      Troff.item(
          out,
          ".B " + Troff.escaped(String.join(", ", option.names()) + CommandsPage.value(option)),
          description(option));
    }
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description())
        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString(true)));
  }

  private static void commands(StringBuilder out, CommandSpec spec, Language language) {
    if (spec.subcommands().isEmpty()) {
      return;
    }
    heading(out, SAY.manCommands(), language);
    for (CommandLine below : spec.subcommands().values()) {
      CommandSpec one = below.getCommandSpec();
      Troff.item(
          out,
          ".BR " + Troff.escaped(one.qualifiedName("-")) + " (1)",
          String.join(" ", one.usageMessage().description()));
    }
  }

  private static void also(StringBuilder out, CommandSpec spec, Language language) {
    var pages = new ArrayList<String>();
    CommandSpec above = spec.parent();
    if (above != null) {
      pages.add(".BR " + Troff.escaped(above.qualifiedName("-")) + " (1)");
    }
    pages.add(".BR mail.conf (5)");
    heading(out, SAY.manSeeAlso(), language);
    out.append(String.join(",\n", pages)).append('\n');
  }

  private String settings() {
    var out = new StringBuilder();
    out.append(".TH MAIL.CONF 5 \"\" ").append(Troff.quoted("Facteur " + version));
    out.append(" \"Facteur\"\n.SH NAME\nmail.conf \\- the settings of Facteur\n.SH DESCRIPTION\n");
    Troff.paragraphs(
        out,
        "",
        "The file is written in HOCON: `name = value`, blocks in { }, lists in [ ], comments after"
            + " #. Texts with signs such as @, : or * stand in double quotes, and so do names with"
            + " dots. `include \"other.conf\"` reads another file; ${?NAME} takes a value from the"
            + " environment.",
        "Durations are written 500ms, 30s, 5m, 4h, 5d; sizes 512B, 256KiB, 50MiB, 1GiB. A name"
            + " that stands as * here is chosen by you.",
        "`facteur check` reports every mistake at once, with line and remedy; `facteur explain"
            + " KEY` shows a value and where it comes from; `facteur reload` makes a running server"
            + " read the file again.");
    for (Section section : schema.sections()) {
      out.append(".SH ").append(Troff.quoted(section.title().toUpperCase(Locale.ROOT)));
      out.append('\n').append(Troff.text(section.doc())).append('\n');
      for (Setting<?> setting : section.settings()) {
        write(out, setting);
      }
    }
    out.append(".SH FILES\n.I /etc/facteur/mail.conf\n.SH SEE ALSO\n.BR facteur (1),\n");
    return out.append(".BR facteur\\-check (1),\n.BR facteur\\-explain (1)\n").toString();
  }

  private static void write(StringBuilder out, Setting<?> setting) {
    Troff.item(out, ".B " + Troff.escaped(setting.name()), setting.text());
    String type =
        setting.type().name().in(Language.ENGLISH)
            + "; "
            + setting.type().bounds().in(Language.ENGLISH);
    out.append(".br\n").append(Troff.text("Type: " + type)).append('\n');
    out.append(".br\n").append(Troff.text("Default: " + setting.defaultText())).append('\n');
    if (!setting.example().equals(setting.defaultText())) {
      String example = setting.key().getLast() + " = " + setting.example();
      out.append(".br\n").append(Troff.text("Example: " + example)).append('\n');
    }
  }
}
