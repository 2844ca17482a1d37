package net.facteur.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "completion")
final class CompletionCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      workplace.out().println(AutoComplete.bash("facteur", spec.root().commandLine()));
    }
    return Facteur.OK;
  }
}
