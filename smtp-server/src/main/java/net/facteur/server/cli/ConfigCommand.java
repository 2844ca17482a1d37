package net.facteur.server.cli;

import net.facteur.server.config.DocsWriter;
import net.facteur.server.config.ReferenceWriter;
import net.facteur.server.settings.Reference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Show what can be set and typed.")
final class ConfigCommand {
  private final Workplace workplace;
  @Spec private @Nullable CommandSpec spec;

  ConfigCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Command(
      name = "reference",
      description = "Write the settings file with every setting, its default and its text.")
  int reference() {
    workplace.out().print(ReferenceWriter.write(Reference.SCHEMA));
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "docs", description = "Write all settings as a page in Markdown.")
  int docs() {
    workplace.out().print(DocsWriter.write(Reference.SCHEMA));
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "commands", description = "Write all commands as a page in Markdown.")
  int commands() {
    CommandSpec mine = spec;
    if (mine != null) {
      workplace.out().print(new CommandsPage(mine.root()).write());
      workplace.out().flush();
    }
    return Facteur.OK;
  }
}
