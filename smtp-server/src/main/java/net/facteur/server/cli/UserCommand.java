package net.facteur.server.cli;

import net.facteur.server.accounts.Restriction;
import net.facteur.server.limits.SendingWishes;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "user")
final class UserCommand {
  private UserCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new UserCommand());
    group.addSubcommand(new UserAdd(workplace));
    group.addSubcommand(new UserPasswd(workplace));
    group.addSubcommand(new UserReset(workplace));
    group.addSubcommand(AppPasswordCommand.of(workplace));
    group.addSubcommand(new UserScram(workplace));
    group.addSubcommand(new UserSendAs(workplace));
    restriction(group, "lock", new UserRestriction(workplace, Restriction.LOCKED, true));
    restriction(group, "unlock", new UserRestriction(workplace, Restriction.LOCKED, false));
    restriction(group, "suspend", new UserRestriction(workplace, Restriction.SUSPENDED, true));
    restriction(group, "resume", new UserRestriction(workplace, Restriction.SUSPENDED, false));
    restriction(group, "send-only", new UserRestriction(workplace, Restriction.SEND_ONLY, true));
    restriction(group, "mailbox", new UserRestriction(workplace, Restriction.SEND_ONLY, false));
    for (SendingWishes.Verb verb : SendingWishes.Verb.values()) {
      named(group, verb.word(), new UserSending(workplace, verb));
    }
    RuleCommands.addToUsers(group, workplace);
    group.addSubcommand(new UserQuota(workplace));
    group.addSubcommand(new UserContact(workplace));
    group.addSubcommand(new UserList(workplace));
    group.addSubcommand(new UserShow(workplace));
    group.addSubcommand(new UserRename(workplace));
    group.addSubcommand(new UserExport(workplace));
    group.addSubcommand(new UserRemove(workplace));
    group.addSubcommand(new UserErase(workplace));
    return group;
  }

  private static void restriction(CommandLine group, String name, UserRestriction restriction) {
    named(group, name, restriction);
  }

  private static void named(CommandLine group, String name, UserEditing editing) {
    var command = new CommandLine(editing);

    command.getCommandSpec().name(name);
    group.addSubcommand(name, command);
  }
}
