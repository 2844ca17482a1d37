package net.facteur.server.cli;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ResourceBundle;
import net.facteur.server.language.Language;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// What picocli shows as help, in one language: the rows of its bundle that begin with `help.`.
///
/// picocli looks for the whole name of a command with what is described, such as
/// `facteur.queue.list.limit`, and then for what is described alone, such as `json`. Several lines
/// are rows of their own, `.0`, `.1` and so on.
final class HelpBundle extends ResourceBundle {
  private static final String ROWS = "help.";

  private final ResourceBundle texts;
  private final List<String> keys;

  private HelpBundle(ResourceBundle texts) {
    this.texts = texts;
    this.keys =
        Collections.list(texts.getKeys()).stream()
            .filter(key -> key.startsWith(ROWS))
            .map(key -> key.substring(ROWS.length()))
            .toList();
  }

  /// Lets every command describe itself in a language, whatever it spoke before.
  ///
  /// @param root the `facteur` command
  static void speak(CommandSpec root, Language language) {
    speak(root, new HelpBundle(language.bundle()));
  }

  private static void speak(CommandSpec command, HelpBundle help) {
    command.resourceBundle(help);
    // a text of the bundles ends without the space
    command.usageMessage().synopsisHeading(help.getString("synopsis") + " ");
    command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .forEach(below -> speak(below, help));
  }

  @Override
  protected Object handleGetObject(String key) {
    return texts.getString(ROWS + key);
  }

  @Override
  public Enumeration<String> getKeys() {
    return Collections.enumeration(keys);
  }
}
