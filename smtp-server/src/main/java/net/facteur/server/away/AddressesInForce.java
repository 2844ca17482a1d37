package net.facteur.server.away;

import java.time.InstantSource;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.config.Settings;
import net.facteur.server.roles.RoleStore;
import net.facteur.server.routing.AddressBook;

/// All addresses that commands keep, for whoever looks at their files without a running server.
public final class AddressesInForce {
  private AddressesInForce() {}

  /// Where mail goes.
  public static AddressBook receiving(Settings settings, InstantSource clock) {
    return AddressBook.of(
        AddressBook.of(addresses(settings, clock), RoleStore.unlogged(settings, clock).receiving()),
        AbsenceStore.of(settings, clock).receiving());
  }

  /// Whose addresses they are.
  public static AddressBook sending(Settings settings, InstantSource clock) {
    return AddressBook.of(
        addresses(settings, clock), RoleStore.unlogged(settings, clock).sending());
  }

  private static AddressBook addresses(Settings settings, InstantSource clock) {
    return AddressStore.unlogged(AddressesFile.beside(AccountsSettings.file(settings)), clock);
  }
}
