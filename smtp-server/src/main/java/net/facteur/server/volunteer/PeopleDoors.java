package net.facteur.server.volunteer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.volunteer.ProtectionPages.UserDoor;

/// The doors behind the pages about people and addresses, those of the commands.
///
/// @param names of all users
/// @param users who they are
/// @param change changes them
/// @param invite makes a link by which somebody signs in once
/// @param sending the mail that accounts send
/// @param logins the file of last logins
/// @param addresses those that commands and pages change
/// @param rules what has to hold of them
/// @param routing what the settings say of addresses, which holds before
public record PeopleDoors(
    Supplier<List<UserName>> names,
    Function<UserName, Optional<User>> users,
    UserDoor change,
    Inviting invite,
    ServerControl.SendingControl sending,
    MailboxSettings mailboxes,
    Path logins,
    AddressStore addresses,
    AddressRules rules,
    RoutingSettings routing) {
  /// Makes links.
  @FunctionalInterface
  public interface Inviting {
    /// @throws IOException where it cannot be kept
    InvitationLink invite(UserName user) throws IOException;
  }
}
