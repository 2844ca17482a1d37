package net.facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
    name = "dkim",
    description = {
      "Make DKIM keys, show the records to publish, check what is published, and change keys.",
      "A domain signs its mail with a private key that stays here; receivers find the public key"
          + " in the DNS, under a name that the selector chooses."
    })
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
