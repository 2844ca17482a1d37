package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.roles.Role;
import net.facteur.server.roles.RoleStore;
import net.facteur.server.roles.RolesFile;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.ListedUsers;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;

/// The roles beside the settings: what cannot be read, what is of a domain that is not ours, what
/// counts for nothing since somebody else has the address, and holders who are gone.
final class StoredRoles {
  private static final int SHOWN = 50;

  private final Settings settings;
  private final Found found;
  private final InstantSource clock;
  private final Path file;
  private AddressBook book = AddressBook.EMPTY;

  StoredRoles(Settings settings, Found found, InstantSource clock) {
    this.settings = settings;
    this.found = found;
    this.clock = clock;
    this.file = RolesFile.beside(AccountsSettings.file(settings)).path();
  }

  /// As the server would read them; empty before [#look].
  AddressBook book() {
    return book;
  }

  /// @param users the addresses of all users; empty where they cannot be known
  /// @param written what commands keep of other addresses
  void look(Optional<Set<String>> users, AddressBook written) {
    if (!found.usable(file)) {
      return;
    }
    try {
      RolesFile.Content content = new RolesFile(file).read();
      book = RoleStore.unlogged(settings, clock).receiving();
      content
          .problems(file)
          .forEach(
              problem -> found.caution(origin(), problem, SAY.seeAddresses("facteur role list")));
      var routing = RoutingSettings.from(settings);
      var tables =
          List.of(new AddressTables(routing.addresses()), new AddressTables(written.now()));
      var router =
          new Router(
              routing,
              new ListedUsers(users, LdapSettings.from(settings).isPresent()),
              ReversePathRewriter.identity(),
              Optional.empty(),
              AddressBook.of(written, book));
      content.present().stream()
          .limit(SHOWN)
          .forEach(role -> look(role, routing, users, tables, router));
    } catch (IOException e) {
      found.mistake(
          origin(), SAY.rolesUnknown(FileTrouble.text(e)), SAY.lookAtUsers("ls -l " + file + "*"));
    }
  }

  private Origin origin() {
    return new Origin.InFile(file, 0);
  }

  private void look(
      Role role,
      RoutingSettings routing,
      Optional<Set<String>> users,
      List<AddressTables> tables,
      Router router) {
    UserName address = role.address();
    if (!routing.domains().contains(address.domain())) {
      found.caution(
          origin(),
          SAY.storedForeign(address.text()),
          SAY.addDomainOr("facteur role remove " + address));
      return;
    }
    if (tables.stream().anyMatch(its -> its.names(address.localPart(), address.domain()))) {
      found.caution(
          origin(),
          SAY.roleTwice(address.text()),
          SAY.takeOneOut("facteur role remove " + address));
      return;
    }
    if (users.filter(all -> all.contains(address.text())).isPresent()) {
      found.caution(
          origin(),
          SAY.roleOfUser(address.text()),
          SAY.takeOneOut("facteur role remove " + address));
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), HostSettings.zone(settings));
    if (role.holders(today).isEmpty()) {
      found.caution(
          origin(),
          SAY.roleVacant(address.text()),
          SAY.handRole("facteur role " + verb(role) + " " + address + " --to NAME@DOMAIN"));
    }
    Stream.concat(
            role.holders(today).stream(),
            role.coming(today).stream().map(spell -> spell.term().holder()))
        .distinct()
        .filter(holder -> gone(router, holder))
        .forEach(
            holder ->
                found.caution(
                    origin(),
                    SAY.roleHolderGone(address.text(), holder),
                    SAY.handRole(
                        "facteur role " + verb(role) + " " + address + " --to NAME@DOMAIN")));
  }

  private static String verb(Role role) {
    return role.kind() == Role.Kind.ONE ? "set" : "add";
  }

  private static boolean gone(Router router, String holder) {
    int at = holder.lastIndexOf('@');
    var address = new MailAddress(holder.substring(0, at), holder.substring(at + 1));
    return router.isLocal(address) && router.resolve(address) instanceof Resolution.UnknownUser;
  }
}
