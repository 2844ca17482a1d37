package net.facteur.server.migrate;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.hash.ForeignHash;
import net.facteur.server.accounts.hash.HashReading;
import net.facteur.server.accounts.hash.HashText;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.LookupTable.Row;

/// The users of the old server, with their passwords: of the system, of Dovecot, and those who have
/// a mailbox only.
final class OldUsers {
  private static final MigrateTexts SAY = MigrateTexts.SAY;
  private static final int FIRST_USER = 1000;
  private static final int LAST_USER = 60_000;

  private final OldPostfix old;
  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, Optional<String>> catchAll;
  private final Map<String, Set<String>> aliases;
  private final Map<String, User> users;
  private final Map<String, String> mailboxes;
  private final Set<String> local;
  private final String primary;
  private final InstantSource clock;
  private final OldAliases files;

  OldUsers(OldPostfix old, Taken taken, InstantSource clock, OldAliases files) {
    this.old = old;
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
    catchAll = taken.catchAll();
    aliases = taken.aliases();
    users = taken.users();
    mailboxes = taken.mailboxes();
    local = taken.local();
    primary = taken.primary();
    this.clock = clock;
    this.files = files;
  }

  void systemUsers() {
    if (local.isEmpty() || !(tree.read("/etc/passwd") instanceof OldFile.Found passwd)) {
      return;
    }
    Map<String, PasswdFile.Line> shadow = new HashMap<>();
    OldFile shadowed = tree.read("/etc/shadow");
    if (shadowed instanceof OldFile.Found found) {
      PasswdFile.parse(found.lines()).forEach(line -> shadow.put(line.name(), line));
    } else if (shadowed instanceof OldFile.Unusable(Text why)) {
      findings.left("/etc/shadow", SAY.passwordsLeft(why));
    }
    for (PasswdFile.Line line : PasswdFile.parse(passwd.lines())) {
      String shell = line.field(6);
      int id = line.field(2).matches("[0-9]{1,9}") ? Integer.parseInt(line.field(2)) : -1;
      if (id >= FIRST_USER
          && id < LAST_USER
          && !shell.endsWith("nologin")
          && !shell.endsWith("/false")) {
        PasswdFile.Line secret = shadow.get(line.name());
        boolean over = secret != null && isOver(secret);
        user(
            "/etc/passwd: " + line.name(),
            line.name() + "@" + primary,
            secret == null ? "*" : over ? "!" : secret.password(),
            HashText.CRYPT,
            Optional.empty());
        home(line.name() + "@" + primary, line.home());
      }
    }
  }

  /// The account has ended: shadow(5) counts days.
  private boolean isOver(PasswdFile.Line shadow) {
    String day = shadow.field(7);
    return day.matches("[0-9]{1,9}")
        && Long.parseLong(day) < clock.instant().getEpochSecond() / 86_400;
  }

  private void home(String address, String home) {
    String format = main.value("home_mailbox");
    if (format.endsWith("/")) {
      mailboxes.put(address, home + "/" + format);
    }
    files.forwardFile(address, home);
  }

  void dovecotUsers() {
    if (!tree.exists("/etc/dovecot/dovecot.conf")) {
      return;
    }
    DovecotConf dovecot = DovecotConf.read(tree, "/etc/dovecot/dovecot.conf");
    for (DovecotConf.Passwords source : dovecot.passwords()) {
      String what = "dovecot: passdb " + source.driver();
      switch (source.driver()) {
        case "passwd-file" -> {
          String file = source.file().orElse("");
          if (file.contains("%")) {
            findings.left(what + " " + file, SAY.manyFiles());
            continue;
          }
          switch (tree.read(file)) {
            case OldFile.Found found -> passwdFile(file, found, source.scheme());
            case OldFile.Missing _ -> findings.left(what + " " + file, SAY.missing());
            case OldFile.Unusable(Text why) -> findings.left(what + " " + file, why);
          }
        }
        case "pam", "shadow", "passwd", "bsdauth" -> {}
        case "ldap" -> findings.left(what, SAY.directory());
        default -> findings.left(what, SAY.passwordSource(source.driver()));
      }
    }
  }

  private void passwdFile(String file, OldFile.Found found, String scheme) {
    old.latin1(file, found);
    for (PasswdFile.Line line : PasswdFile.parse(found.lines())) {
      String address = line.name().contains("@") ? line.name() : line.name() + "@" + primary;
      boolean open = (" " + line.extra().replace('\t', ' ') + " ").contains(" nopassword");
      user(
          file + ", " + line.number() + ": " + line.name(),
          address,
          open ? "" : line.password(),
          scheme,
          line.quota());
      if (!line.home().isEmpty()) {
        mailboxes.putIfAbsent(OldPostfix.lower(address), line.home());
      }
    }
  }

  private void user(
      String what, String address, String password, String scheme, Optional<Long> quota) {
    Optional<UserName> name = UserName.parse(address);
    if (name.isEmpty()) {
      findings.left(what, SAY.noUserName(address));
      return;
    }
    if (users.containsKey(name.get().text())
        && users.get(name.get().text()).password().isPresent()) {
      return;
    }
    if (!catchAll.containsKey(name.get().domain().text())) {
      findings.left(what, SAY.otherDomain(name.get().domain().text()));
      return;
    }
    HashReading reading = HashText.read(password, scheme);
    Optional<PasswordHash> hash =
        reading instanceof HashReading.Known(ForeignHash known) && known.usable()
            ? Optional.of(PasswordHash.of(known))
            : Optional.empty();
    var user = new User(name.get(), hash, Optional.empty(), List.of());
    users.put(
        name.get().text(), user.withQuota(quota.map(octets -> Math.min(octets, User.MAX_QUOTA))));
    switch (reading) {
      case HashReading.Known(ForeignHash known) -> {
        if (!known.usable()) {
          findings.left(what, SAY.noLibcrypt(known.scheme(), name.get()));
          return;
        }
        switch (known.strength()) {
          case SOUND -> findings.taken(what, SAY.userTaken(name.get(), known.scheme()));
          case WEAK -> findings.otherwise(what, SAY.weakPassword(name.get(), known.scheme()));
          case NONE -> findings.otherwise(what, SAY.clearPassword(name.get(), known.scheme()));
        }
      }
      case HashReading.NoLogin _,
          HashReading.Unknown _,
          HashReading.TooCostly _,
          HashReading.Malformed _ ->
          findings.otherwise(what, SAY.userWithoutPassword(name.get(), reading.reason()));
    }
  }

  void virtualMailboxes() {
    handled.addAll(List.of("virtual_mailbox_maps", "virtual_mailbox_base"));
    String base = main.value("virtual_mailbox_base");
    Map<String, String> byPath = new LinkedHashMap<>();
    for (Row row : old.rows("virtual_mailbox_maps")) {
      String what = "virtual_mailbox_maps, " + row.line() + ": " + row.key();
      String path = row.value().startsWith("/") ? row.value() : base + "/" + row.value();
      Optional<String> owner =
          byPath.entrySet().stream()
              .filter(e -> path.startsWith(e.getKey()) && !path.equals(e.getKey()))
              .map(Map.Entry::getValue)
              .findFirst();
      if (row.key().startsWith("@")) {
        String domain = row.key().substring(1);
        String[] parts = row.value().replaceAll("/+$", "").split("/", -1);
        String address = parts[parts.length - 1] + "@" + domain;
        if (!catchAll.containsKey(domain) || UserName.parse(address).isEmpty()) {
          findings.left(what, SAY.otherDomain(domain));
          continue;
        }
        addUser(address);
        mailboxes.putIfAbsent(address, path);
        catchAll.put(domain, Optional.of(address));
        findings.otherwise(what, SAY.catchAllMailbox(address));
      } else if (owner.isPresent() && !users.containsKey(row.key())) {
        aliases.put(row.key(), new LinkedHashSet<>(List.of(owner.get())));
        findings.otherwise(what, SAY.folderMailbox(owner.get()));
      } else if (UserName.parse(row.key()).isEmpty()
          || !catchAll.containsKey(UserName.parse(row.key()).get().domain().text())) {
        findings.left(what, SAY.noUserName(row.key()));
      } else {
        boolean had = users.containsKey(OldPostfix.lower(row.key()));
        addUser(row.key());
        mailboxes.put(OldPostfix.lower(row.key()), path);
        byPath.put(path, OldPostfix.lower(row.key()));
        if (had) {
          findings.taken(what, SAY.mailboxTaken());
        } else {
          findings.otherwise(what, SAY.mailboxWithoutPassword(row.key()));
        }
      }
    }
  }

  private void addUser(String address) {
    UserName.parse(address)
        .ifPresent(
            name ->
                users.putIfAbsent(
                    name.text(), new User(name, Optional.empty(), Optional.empty(), List.of())));
  }
}
