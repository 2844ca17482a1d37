package net.facteur.server.cli;

import net.facteur.server.config.DocsWriter;
import net.facteur.server.config.ReferenceWriter;
import picocli.CommandLine.Command;

@Command(name = "config", description = "Show what can be set.")
final class ConfigCommand {
  private final Workplace workplace;

  ConfigCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Command(
      name = "reference",
      description = "Write the settings file with every setting, its default and its text.")
  int reference() {
    workplace.out().print(ReferenceWriter.write());
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "docs", description = "Write the same as a page in Markdown.")
  int docs() {
    workplace.out().print(DocsWriter.write());
    workplace.out().flush();
    return Facteur.OK;
  }
}
