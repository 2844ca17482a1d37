package net.facteur.server.cli;

import java.util.concurrent.Callable;
import net.facteur.server.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "run")
final class RunCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  RunCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws Exception {
    Settings read = settings.readToServe(workplace);
    return workplace
        .server()
        .run(
            read,
            settings.file(workplace),
            workplace.loader(),
            text -> settings.typedAnywhere(workplace, text));
  }
}
