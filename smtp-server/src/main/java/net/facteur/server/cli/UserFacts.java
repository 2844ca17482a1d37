package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;

/// What can be told of users: attributes, the last logins, the mailbox. Secrets are not among it.
final class UserFacts {
  private final UserEditing command;
  private final Map<LastLogins.Key, LastLogins.Use> logins;

  UserFacts(UserEditing command) throws IOException {
    this.command = command;
    Path users = AccountsSettings.file(command.settings());
    this.logins = LastLogins.read(LastLogins.beside(users));
  }

  /// Everybody who has logged in, in order.
  Stream<UserName> seen() {
    return logins.keySet().stream()
        .flatMap(key -> UserName.parse(key.user()).stream())
        .distinct()
        .sorted();
  }

  /// The last login by any password.
  Optional<LastLogins.Use> last(User user) {
    return Stream.concat(
            login(user, Optional.empty()).stream(),
            user.appPasswords().stream()
                .flatMap(app -> login(user, Optional.of(app.name())).stream()))
        .max(Comparator.comparing(LastLogins.Use::at));
  }

  /// The last login by one password, also under an earlier name.
  Optional<LastLogins.Use> login(User user, Optional<String> app) {
    return Stream.concat(Stream.of(user.name()), user.formerly().stream())
        .flatMap(
            name -> Optional.ofNullable(logins.get(new LastLogins.Key(name.text(), app))).stream())
        .max(Comparator.comparing(LastLogins.Use::at));
  }

  /// The octets of the mailbox; empty where there is none here.
  Optional<Long> size(User user) throws IOException {
    return command.home(user.name()).size(command.workplace.clock().instant());
  }

  /// All of it in names and values.
  Map<String, Object> of(User user) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("user", user.name().text());
    fields.put("password", user.password().isPresent());
    fields.put("scram", user.scram().isPresent());
    fields.put("locked", user.locked());
    fields.put("suspended", user.restrictions().contains(Restriction.SUSPENDED));
    fields.put("send_only", !user.hasMailbox());
    fields.put("send_as", user.sendAs());
    user.contact().map(UserName::text).ifPresent(to -> fields.put("contact", to));
    if (!user.formerly().isEmpty()) {
      fields.put("formerly", user.formerly().stream().map(UserName::text).toList());
    }
    size(user).ifPresent(octets -> fields.put("size", octets));
    command.limit(user).ifPresent(octets -> fields.put("limit", octets));
    last(user).ifPresent(use -> put(fields, "last_login", use));
    List<Map<String, Object>> apps = new ArrayList<>();
    for (AppPassword app : user.appPasswords()) {
      apps.add(of(user, app));
    }
    fields.put("app_passwords", apps);
    return fields;
  }

  /// One app password in names and values.
  Map<String, Object> of(User user, AppPassword app) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", app.name());
    fields.put("use", app.use().word());
    app.onlyAs().map(MailAddress::text).ifPresent(from -> fields.put("only_as", from));
    login(user, Optional.of(app.name())).ifPresent(use -> put(fields, "last_use", use));
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, LastLogins.Use use) {
    fields.put(name, use.at().toString());
    fields.put(name + "_from", use.address());
    fields.put(name + "_service", use.service());
  }

  /// Octets as people read them.
  static String shown(long octets) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double amount = octets;
    int unit = 0;
    while (amount >= 1024 && unit < units.length - 1) {
      amount /= 1024;
      unit++;
    }
    return unit == 0
        ? octets + " B"
        : String.format(java.util.Locale.ROOT, "%.1f %s", amount, units[unit]);
  }
}
