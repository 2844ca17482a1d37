package net.facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "imap")
final class ImapCommand {
  private ImapCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new ImapCommand());
    group.addSubcommand(new ImapDovecotCommand(workplace));
    group.addSubcommand(new ImapRoundcubeCommand(workplace));
    return group;
  }
}
