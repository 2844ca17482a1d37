package net.facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "dkim")
final class DkimCommand {
  private DkimCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new DkimCommand());
    group.addSubcommand(new DkimGenerateCommand(workplace));
    group.addSubcommand(new DkimRecordCommand(workplace));
    group.addSubcommand(new DkimCheckCommand(workplace));
    KeyCommandGroup.addTo(group, workplace);
    return group;
  }
}
