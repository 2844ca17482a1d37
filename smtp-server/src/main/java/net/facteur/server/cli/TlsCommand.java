package net.facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
    name = "tls",
    description = {
      "See how mail to others is protected, and make the records that protect mail to you.",
      "Connections between mail servers are safe from listeners and impostors only where the"
          + " receiving domain says in the DNS (DANE) or by HTTPS (MTA-STS) what to expect."
    })
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
