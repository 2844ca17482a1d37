package net.facteur.server.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.signing.SigningSettings;

/// Turns the values of the table into the settings records of the packages that use them.
public final class SettingsRecords {
  private final Settings settings;
  private final int cores;

  /// @param cores processors that the server may use
  public SettingsRecords(Settings settings, int cores) {
    this.settings = settings;
    this.cores = cores;
  }

  public AccountsSettings accounts() {
    long memory = settings.get(SettingsTable.PASSWORD_MEMORY);
    return new AccountsSettings(
        settings.inData(Path.of("users")),
        new Argon2Cost((int) (memory >> 10), settings.get(SettingsTable.PASSWORD_ITERATIONS), 1),
        settings.get(SettingsTable.PASSWORD_THREADS),
        settings.get(SettingsTable.PASSWORD_QUEUE),
        settings.get(SettingsTable.PASSWORD_REMEMBERED),
        settings.get(SettingsTable.PASSWORD_FAILURES),
        settings.get(SettingsTable.PASSWORD_PENALTY),
        "+",
        settings.get(SettingsTable.ALIASES));
  }

  public SigningSettings signing() {
    Map<DomainName, String> selectors = new HashMap<>();
    for (String domain : settings.names("domains")) {
      settings
          .find(SettingsTable.DKIM_SELECTOR, domain)
          .ifPresent(selector -> selectors.put(DomainName.of(domain), selector));
    }
    int threads = settings.get(SettingsTable.SIGNING_THREADS);
    return new SigningSettings(
        threads == 0 ? cores : threads,
        settings.get(SettingsTable.SIGNING_QUEUE),
        selectors,
        settings.find(SettingsTable.SIGNING_EXPIRY));
  }
}
