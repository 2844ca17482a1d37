package net.facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "tls")
final class TlsCommand {
  private TlsCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new TlsCommand());
    group.addSubcommand(new TlsTestCommand(workplace));
    group.addSubcommand(new TlsRecordsCommand(workplace));
    group.addSubcommand(new TlsStatusCommand(workplace));
    group.addSubcommand(new TlsRenewCommand(workplace));
    return group;
  }
}
