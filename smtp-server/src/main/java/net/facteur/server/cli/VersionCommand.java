package net.facteur.server.cli;

import java.util.concurrent.Callable;
import net.facteur.server.Version;
import picocli.CommandLine.Command;

@Command(name = "version")
final class VersionCommand implements Callable<Integer> {
  private final Workplace workplace;

  VersionCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    workplace.out().println(text());
    return Facteur.OK;
  }

  static String text() {
    return "Facteur " + Version.PRESENT.text() + ", Java " + Runtime.version();
  }
}
