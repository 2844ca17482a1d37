package net.facteur.server.checks;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.DirectoryProbe;
import net.facteur.server.ldap.LdapSettings;

/// What the directory of accounts says, which a start does not wait for: whether its servers
/// answer, and whether it has users of the users file.
public final class DirectoryCautions {
  private static final ChecksTexts SAY = ChecksTexts.SAY;
  private static final int SHOWN = 20;

  private DirectoryCautions() {}

  /// Asks the directory, and waits for it. None where the settings name none.
  ///
  /// @param users reads nothing but the names
  public static List<Mistake> of(Settings settings, UsersFile users) {
    Optional<LdapSettings> ldap = LdapSettings.from(settings);
    if (ldap.isEmpty()) {
      return List.of();
    }
    Origin where = settings.origin(LdapSettings.SERVERS);
    try {
      DirectoryProbe.Look look =
          new DirectoryProbe(ldap.get(), System::nanoTime).look(users.read().users().keySet());
      var found = new ArrayList<Mistake>();
      look.servers()
          .forEach(
              server ->
                  server
                      .trouble()
                      .ifPresent(
                          trouble ->
                              found.add(
                                  new Mistake(where, trouble.sentence(), SAY.tryDirectory()))));
      look.both().stream()
          .limit(SHOWN)
          .forEach(name -> found.add(new Mistake(where, SAY.inBoth(name), SAY.removeOfBoth(name))));
      if (look.both().size() > SHOWN) {
        int more = look.both().size() - SHOWN;
        found.add(new Mistake(where, SAY.more(more), Text.nothing()));
      }
      return found;
    } catch (IOException _) {
      return List.of(); // the files, which are told of already
    }
  }

  /// The same with the users file of the settings.
  public static List<Mistake> of(Settings settings, SecureRandom random) {
    return of(settings, new UsersFile(AccountsSettings.file(settings), random));
  }
}
