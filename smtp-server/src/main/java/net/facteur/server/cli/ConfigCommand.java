package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import net.facteur.server.Version;
import net.facteur.server.config.DocsWriter;
import net.facteur.server.config.ReferenceWriter;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Language;
import net.facteur.server.metrics.MetricsTable;
import net.facteur.server.settings.Reference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "config")
final class ConfigCommand {
  private final Workplace workplace;
  @Spec private @Nullable CommandSpec spec;

  private ConfigCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  static CommandLine of(Workplace workplace) {
    return new CommandLine(new ConfigCommand(workplace)).addSubcommand(new Man(workplace));
  }

  @Command(name = "reference")
  int reference() {
    workplace.out().print(ReferenceWriter.write(Reference.SCHEMA));
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "docs")
  int docs() {
    workplace.out().print(DocsWriter.write(Reference.SCHEMA));
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "commands")
  int commands() {
    CommandSpec mine = spec;
    if (mine != null) {
      workplace.out().print(new CommandsPage(mine.root()).write());
      workplace.out().flush();
    }
    return Facteur.OK;
  }

  @Command(name = "metrics")
  int metrics() {
    workplace.out().print(MetricsTable.write());
    workplace.out().flush();
    return Facteur.OK;
  }

  @Command(name = "man")
  static final class Man implements Callable<Integer> {
    private final Workplace workplace;

    @Parameters(paramLabel = "DIR")
    private Path directory = Path.of(".");

    @Spec private @Nullable CommandSpec spec;

    Man(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      CommandSpec mine = spec;
      if (mine != null) {
        var pages = new ManPages(mine.root(), Reference.SCHEMA, Version.PRESENT.number());
        int written = write(directory, pages.write());
        for (Language language : Language.known()) {
          if (!language.equals(Language.ENGLISH)) {
            written += write(directory.resolve(language.code()), pages.write(language));
          }
        }
        workplace.out().println(workplace.say(CliTexts.SAY.pagesWritten(written, directory)));
      }
      return Facteur.OK;
    }

    private static int write(Path directory, Map<String, String> pages) throws IOException {
      new DurableDirectory(directory, Access.PUBLIC).make();
      for (Map.Entry<String, String> page : pages.entrySet()) {
        DurableFile.open(directory.resolve(page.getKey())).replace(page.getValue());
      }
      return pages.size();
    }
  }
}
