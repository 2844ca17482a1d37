package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.RoutingSettings;

/// The addresses that commands keep beside the settings: what cannot be read, what is of a domain
/// that is not ours, and what counts for nothing since the settings name it too.
final class StoredAddresses {
  private static final int SHOWN = 50;

  private final Settings settings;
  private final Found found;
  private final InstantSource clock;
  private final Path file;
  private AddressBook book = AddressBook.EMPTY;
  private List<AddressEntry> inForce = List.of();

  StoredAddresses(Settings settings, Found found, InstantSource clock) {
    this.settings = settings;
    this.found = found;
    this.clock = clock;
    this.file = AddressesFile.beside(AccountsSettings.file(settings)).path();
  }

  /// As the server would read them; empty before [#look].
  AddressBook book() {
    return book;
  }

  /// Those that count, as far as they were looked at; empty before [#look].
  List<AddressEntry> inForce() {
    return inForce;
  }

  Origin origin() {
    return new Origin.InFile(file, 0);
  }

  void look() {
    if (!found.usable(file)) {
      return;
    }
    var addresses = new AddressesFile(file);
    try {
      AddressesFile.Content content = addresses.read();
      book = AddressStore.unlogged(addresses, clock);
      content
          .problems(file)
          .forEach(
              problem ->
                  found.caution(
                      new Origin.InFile(file, 0), problem, SAY.seeAddresses("facteur alias list")));
      var routing = RoutingSettings.from(settings);
      var set = new AddressTables(routing.addresses());
      inForce =
          content.entries().values().stream()
              .limit(SHOWN)
              .filter(entry -> counts(entry, routing, set))
              .toList();
    } catch (IOException e) {
      found.mistake(
          new Origin.InFile(file, 0),
          SAY.addressesUnknown(FileTrouble.text(e)),
          SAY.lookAtUsers("ls -l " + file + "*"));
    }
  }

  /// Says why, where it does not.
  private boolean counts(AddressEntry entry, RoutingSettings routing, AddressTables set) {
    DomainName domain = domain(entry);
    boolean twice =
        switch (entry) {
          case AddressEntry.Domain(DomainName name, DomainName _) -> set.aliasOf(name).isPresent();
          case AddressEntry.Alias(UserName name, var _, var _) -> names(set, name);
          case AddressEntry.Forward(UserName name, var _, var _, var _) -> names(set, name);
          case AddressEntry.Refused(UserName name) -> names(set, name);
          case AddressEntry.Discarded(UserName name) -> names(set, name);
        };
    if (twice) {
      found.caution(
          new Origin.InFile(file, 0),
          SAY.storedTwice(entry.key()),
          SAY.takeOneOut("facteur alias remove " + entry.key()));
      return false;
    }
    if (!routing.domains().contains(domain)) {
      found.caution(
          new Origin.InFile(file, 0),
          SAY.storedForeign(entry.key()),
          SAY.addDomainOr("facteur alias remove " + entry.key()));
      return false;
    }
    return true;
  }

  private static boolean names(AddressTables set, UserName name) {
    return set.names(name.localPart(), name.domain());
  }

  private static DomainName domain(AddressEntry entry) {
    return switch (entry) {
      case AddressEntry.Domain(DomainName name, DomainName _) -> name;
      case AddressEntry.Alias(UserName name, var _, var _) -> name.domain();
      case AddressEntry.Forward(UserName name, var _, var _, var _) -> name.domain();
      case AddressEntry.Refused(UserName name) -> name.domain();
      case AddressEntry.Discarded(UserName name) -> name.domain();
    };
  }
}
