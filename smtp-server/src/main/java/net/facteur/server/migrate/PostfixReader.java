package net.facteur.server.migrate;

import com.typesafe.config.ConfigValueFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.hash.ForeignHash;
import net.facteur.server.accounts.hash.HashReading;
import net.facteur.server.accounts.hash.HashText;
import net.facteur.server.config.SettingType;
import net.facteur.server.host.MailTypes;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.LookupTable.Row;

/// Reads a Postfix and what stands beside it. It opens files for reading, and asks `postmap` what a
/// database holds whose text is gone; it changes nothing.
public final class PostfixReader {
  private static final MigrateTexts SAY = MigrateTexts.SAY;
  private static final int ALIASES_MAX = 100_000;
  private static final int TARGETS_MAX = 1000;
  private static final int INCLUDES_MAX = 10;
  private static final int FIRST_USER = 1000;
  private static final int LAST_USER = 60_000;

  /// The local part of an address as a regular expression that means one address.
  private static final Pattern ONE_NAME =
      Pattern.compile("\\^([A-Za-z0-9_-]|\\\\\\.|\\\\\\+)+@((?:[A-Za-z0-9-]|\\\\\\.)*)\\$?");

  private static final Pattern ALL_NAMES =
      Pattern.compile("(?:\\^\\.[*+])?@((?:[A-Za-z0-9-]|\\\\\\.)+)\\$");

  private final OldTree tree;
  private final DatabaseDump dump;
  private final InstantSource clock;
  private final Findings findings = new Findings();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, Optional<String>> catchAll = new LinkedHashMap<>();
  private final Map<String, Optional<String>> relayDomains = new LinkedHashMap<>();
  private final Map<String, Set<String>> aliases = new LinkedHashMap<>();
  private final Map<String, User> users = new LinkedHashMap<>();
  private final Map<String, String> mailboxes = new LinkedHashMap<>();
  private final List<Move.Key> keys = new ArrayList<>();
  private final Set<String> local = new LinkedHashSet<>();
  private final Set<String> handled = new TreeSet<>();

  /// Rows that became aliases, and the address of each.
  private final Map<String, String> rowsOfAliases = new LinkedHashMap<>();

  private MainCf main = MainCf.parse(List.of(), "localhost");
  private MasterCf master = new MasterCf(List.of());
  private Optional<String> smarthostPassword = Optional.empty();
  private Optional<String> srsSecret = Optional.empty();
  private Optional<Move.Certificate> certificate = Optional.empty();
  private String primary = "";

  /// @param dump shows databases
  public PostfixReader(OldTree tree, DatabaseDump dump, InstantSource clock) {
    this.tree = tree;
    this.dump = dump;
    this.clock = clock;
  }

  /// What there is to be moved.
  public sealed interface Reading {
    record Found(Move move) implements Reading {}

    /// @param why there is no Postfix that can be read
    record None(Text why) implements Reading {}
  }

  /// Reads everything.
  ///
  /// @param machine what the machine calls itself
  public Reading read(String machine) {
    String file = "/etc/postfix/main.cf";
    if (!tree.exists(file) && tree.exists("/main.cf")) {
      return new Reading.None(SAY.notATree(tree.root()));
    }
    switch (tree.read(file)) {
      case OldFile.Missing _ -> {
        return new Reading.None(SAY.noPostfix(tree.at(file)));
      }
      case OldFile.Unusable(Text why) -> {
        return new Reading.None(SAY.unusableFile(tree.at(file), why));
      }
      case OldFile.Found found -> main = MainCf.parse(found.lines(), machine);
    }
    Optional<MainCf.Parameter> circle = main.circle();
    if (circle.isPresent()) {
      return new Reading.None(SAY.circle(circle.get().name(), circle.get().line()));
    }
    if (tree.read("/etc/postfix/master.cf") instanceof OldFile.Found found) {
      master = MasterCf.parse(found.lines());
    }
    identity();
    domains();
    if (catchAll.isEmpty()) {
      return new Reading.None(SAY.noDomains());
    }
    systemUsers();
    dovecotUsers();
    virtualMailboxes();
    etcAliases();
    virtualAliases();
    postmaster();
    senderRights();
    relays();
    smarthost();
    limits();
    listeners();
    certificates();
    milters();
    restrictions();
    opendkim();
    postsrsd();
    besides();
    mailboxPlaces();
    Map<String, List<String>> forwards = forwards();
    Map<String, List<String>> plain = withoutLoops();
    rest();
    return new Reading.Found(
        new Move(
            settings,
            catchAll,
            relayDomains,
            plain,
            forwards,
            List.copyOf(users.values()),
            keys,
            smarthostPassword,
            srsSecret,
            certificate,
            mailboxes,
            findings));
  }

  // ---- who it is

  private void identity() {
    handled.addAll(List.of("myhostname", "mydomain", "myorigin", "mydestination"));
    String host = main.value("myhostname").toLowerCase(Locale.ROOT);
    if (domain(host).isPresent()) {
      settings.put("hostname", host);
      findings.taken(at("myhostname"), SAY.becomes("hostname"));
    } else {
      findings.left(at("myhostname"), SAY.noHostName(host));
    }
  }

  private String origin() {
    String origin = main.value("myorigin");
    if (origin.startsWith("/")) {
      origin =
          tree.read(origin) instanceof OldFile.Found found
              ? found.text().lines().findFirst().orElse("").strip()
              : main.value("myhostname");
    }
    return origin.toLowerCase(Locale.ROOT);
  }

  private void domains() {
    for (String name : main.list("mydestination")) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("localhost") || lower.equals("localdomain")) {
        continue;
      }
      if (lower.contains("/") || lower.contains(":")) {
        for (Row row : rows("mydestination", name)) {
          addDomain("mydestination", row.key(), local);
        }
      } else {
        addDomain("mydestination", lower, local);
      }
    }
    for (String parameter : List.of("virtual_mailbox_domains", "virtual_alias_domains")) {
      handled.add(parameter);
      for (String name : main.list(parameter)) {
        if (name.contains(":") || name.startsWith("/")) {
          // What cannot be read is told where the table itself is read.
          List<Row> rows =
              main.sets(parameter)
                  ? rows(parameter, name)
                  : table(name) instanceof LookupTable.Plain(String _, List<Row> plain)
                      ? plain
                      : List.of();
          for (Row row : rows) {
            if (!row.key().contains("@") && row.key().contains(".")) {
              addDomain(parameter, row.key(), new LinkedHashSet<>());
            }
          }
        } else {
          addDomain(parameter, name.toLowerCase(Locale.ROOT), new LinkedHashSet<>());
        }
      }
    }
    String origin = origin();
    primary =
        catchAll.containsKey(origin)
            ? origin
            : local.stream()
                .findFirst()
                .orElseGet(() -> catchAll.keySet().stream().findFirst().orElse(origin));
    findings.taken(
        "mydestination, virtual_mailbox_domains, virtual_alias_domains",
        SAY.domainsTaken(catchAll.size(), String.join(", ", catchAll.keySet())));
  }

  private void addDomain(String parameter, String name, Set<String> to) {
    if (domain(name).isPresent()) {
      catchAll.putIfAbsent(name, Optional.empty());
      to.add(name);
    } else {
      findings.left(at(parameter) + ": " + name, SAY.noDomain());
    }
  }

  // ---- users

  private void systemUsers() {
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
    forwardFile(address, home);
  }

  private void forwardFile(String address, String home) {
    String file = home + "/.forward";
    if (!home.startsWith("/") || !(tree.read(file) instanceof OldFile.Found found)) {
      return;
    }
    String name = address.substring(0, address.indexOf('@'));
    var targets = new LinkedHashSet<String>();
    found.lines().stream()
        .filter(line -> !line.startsWith("#"))
        .flatMap(line -> AliasTarget.parse(line).stream())
        .forEach(target -> target(file, name, target, targets, 0));
    if (!targets.isEmpty()) {
      aliases.put(address, targets);
      findings.taken(file, SAY.becomes("forwards"));
    }
  }

  private void dovecotUsers() {
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
        default -> findings.left(what, SAY.passwordSource(source.driver()));
      }
    }
  }

  private void passwdFile(String file, OldFile.Found found, String scheme) {
    latin1(file, found);
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
        mailboxes.putIfAbsent(lower(address), line.home());
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
    users.put(name.get().text(), quota.isPresent() ? withQuota(user, quota.get()) : user);
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

  private static User withQuota(User user, long octets) {
    return new User(
        user.name(),
        user.password(),
        user.scram(),
        user.sendAs(),
        user.restrictions(),
        Optional.of(Math.min(octets, User.MAX_QUOTA)),
        user.appPasswords(),
        user.contact(),
        user.formerly());
  }

  private void virtualMailboxes() {
    handled.addAll(List.of("virtual_mailbox_maps", "virtual_mailbox_base"));
    String base = main.value("virtual_mailbox_base");
    Map<String, String> byPath = new LinkedHashMap<>();
    for (Row row : rows("virtual_mailbox_maps")) {
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
        boolean had = users.containsKey(lower(row.key()));
        addUser(row.key());
        mailboxes.put(lower(row.key()), path);
        byPath.put(path, lower(row.key()));
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

  // ---- addresses

  private void etcAliases() {
    handled.addAll(List.of("alias_maps", "alias_database"));
    if (local.isEmpty()) {
      return;
    }
    var names = new TreeSet<String>();
    for (String map : main.list("alias_maps")) {
      String file = map.substring(map.indexOf(':') + 1);
      if (map.startsWith("nis:") || map.startsWith("netinfo:")) {
        findings.left(
            at("alias_maps") + ": " + map, SAY.tableType(map.substring(0, map.indexOf(':'))));
        continue;
      }
      AliasesFile read = aliasesFile(map, file);
      read.malformed().forEach(line -> findings.left(file + ", " + line, SAY.noAlias()));
      for (AliasesFile.Alias alias : read.aliases()) {
        alias(file, alias, names);
      }
    }
    names.addAll(
        users.keySet().stream()
            .filter(u -> u.endsWith("@" + primary))
            .map(u -> u.substring(0, u.indexOf('@')))
            .toList());
    for (String domain : local) {
      if (!domain.equals(primary)) {
        names.forEach(
            name ->
                aliases.putIfAbsent(
                    name + "@" + domain, new LinkedHashSet<>(List.of(name + "@" + primary))));
      }
    }
  }

  private AliasesFile aliasesFile(String map, String file) {
    return switch (tree.read(file)) {
      case OldFile.Found found -> {
        latin1(file, found);
        yield AliasesFile.parse(found.lines());
      }
      case OldFile.Missing _ -> {
        List<String> lines = dump.lines(map.contains(":") ? map : "hash:" + map);
        if (lines.isEmpty()) {
          findings.left(file, SAY.missing());
        }
        yield AliasesFile.parse(lines.stream().map(l -> l.replaceFirst(":?\\s+", ": ")).toList());
      }
      case OldFile.Unusable(Text why) -> {
        findings.left(file, why);
        yield new AliasesFile(List.of(), List.of());
      }
    };
  }

  private void alias(String file, AliasesFile.Alias alias, Set<String> names) {
    String what = file + ", " + alias.line() + ": " + alias.name();
    if (address(alias.name() + "@" + primary).isEmpty()) {
      findings.left(what, SAY.noAddress(alias.name()));
      return;
    }
    var targets = new LinkedHashSet<String>();
    alias.targets().forEach(target -> target(what, alias.name(), target, targets, 0));
    if (targets.isEmpty()) {
      return;
    }
    if (aliases.putIfAbsent(alias.name() + "@" + primary, targets) == null) {
      names.add(alias.name());
      rowsOfAliases.put(what, alias.name() + "@" + primary);
    }
  }

  private void target(
      String what, String name, AliasTarget target, Set<String> targets, int depth) {
    switch (target) {
      case AliasTarget.Local(String other) -> add(what, other + "@" + primary, targets);
      case AliasTarget.Mailbox(String other) -> {
        if (!other.equalsIgnoreCase(name) || users.containsKey(lower(other + "@" + primary))) {
          add(what, other + "@" + primary, targets);
        } else {
          findings.left(what, SAY.noSuchMailbox(other));
        }
      }
      case AliasTarget.Address(String address) -> add(what, address, targets);
      case AliasTarget.Pipe(String command) -> findings.left(what, SAY.pipe(command));
      case AliasTarget.File(String path) -> findings.left(what, SAY.fileTarget(path));
      case AliasTarget.Discard() -> findings.left(what, SAY.discardTarget());
      case AliasTarget.Include(String path) -> {
        if (depth >= INCLUDES_MAX) {
          findings.left(what, SAY.includesCircle(path));
          return;
        }
        switch (tree.read(path)) {
          case OldFile.Found found -> {
            for (LogicalLine line :
                LogicalLine.of(found.lines().stream().map(String::strip).toList())) {
              AliasTarget.parse(line.text())
                  .forEach(each -> target(path, name, each, targets, depth + 1));
            }
          }
          case OldFile.Missing _ -> findings.left(what, SAY.includeMissing(path));
          case OldFile.Unusable(Text why) -> findings.left(path, why);
        }
      }
    }
  }

  private void add(String what, String address, Set<String> targets) {
    Optional<String> good = address(address);
    if (good.isEmpty()) {
      findings.left(what, SAY.noAddress(address));
    } else if (targets.size() < TARGETS_MAX) {
      targets.add(good.get());
    } else {
      findings.left(what, SAY.tooMany(TARGETS_MAX));
    }
  }

  /// Who reads the mail of postmaster: the first user at the end of the aliases.
  private void postmaster() {
    String name = "postmaster@" + primary;
    for (int i = 0; i < 20 && !users.containsKey(name); i++) {
      Set<String> targets = aliases.getOrDefault(name, Set.of());
      if (targets.isEmpty()) {
        break;
      }
      name = targets.iterator().next();
    }
    if (!users.containsKey(name)) {
      findings.left("postmaster", SAY.noPostmaster());
      return;
    }
    settings.put("postmaster", quoted(name));
    findings.taken("postmaster", SAY.becomes("postmaster = " + name));
    for (String domain : local) {
      aliases.remove("postmaster@" + domain);
      aliases.remove("mailer-daemon@" + domain);
    }
  }

  private void virtualAliases() {
    handled.addAll(List.of("virtual_alias_maps", "virtual_maps"));
    Map<String, String> mirrors = new LinkedHashMap<>();
    for (String map : main.list("virtual_alias_maps")) {
      switch (table(map)) {
        case LookupTable.Plain(String file, List<Row> rows) ->
            rows.forEach(row -> virtual(file, row, mirrors));
        case LookupTable.Patterns(String file, List<Row> rows) ->
            rows.forEach(row -> pattern(file, row, mirrors));
        case LookupTable.Unusable(String name, Text why) ->
            findings.left(at("virtual_alias_maps") + ": " + name, why);
      }
    }
    mirrors.forEach(this::mirror);
  }

  private void virtual(String file, Row row, Map<String, String> mirrors) {
    String what = file + ", " + row.line() + ": " + row.key();
    if (!row.key().contains("@") && catchAll.containsKey(row.key())) {
      return;
    }
    int at = row.key().lastIndexOf('@');
    String domain = at < 0 ? primary : row.key().substring(at + 1);
    if (!catchAll.containsKey(domain)) {
      findings.left(what, SAY.otherDomain(domain));
      return;
    }
    List<String> values = MainCf.split(row.value());
    if (at == 0 && values.size() == 1 && values.getFirst().startsWith("@")) {
      mirrors.put(domain, values.getFirst().substring(1).toLowerCase(Locale.ROOT));
      return;
    }
    var targets = new LinkedHashSet<String>();
    for (String value : values) {
      add(what, value.contains("@") ? value : value + "@" + primary, targets);
    }
    if (targets.isEmpty()) {
      return;
    }
    if (at == 0) {
      catchAll(what, domain, targets);
    } else if (at < 0) {
      for (String name : local) {
        aliases.put(row.key() + "@" + name, targets);
      }
      if (local.isEmpty()) {
        findings.left(what, SAY.noLocalDomain());
      } else {
        rowsOfAliases.put(what, row.key() + "@" + local.iterator().next());
      }
    } else if (address(row.key()).isEmpty()) {
      findings.left(what, SAY.noAddress(row.key()));
    } else {
      aliases.put(row.key(), targets);
      rowsOfAliases.put(what, row.key());
    }
  }

  private void catchAll(String what, String domain, Set<String> targets) {
    String to = targets.iterator().next();
    if (targets.size() > 1) {
      to = "catch-all@" + domain;
      aliases.put(to, targets);
    }
    catchAll.put(domain, Optional.of(to));
    findings.otherwise(what, SAY.catchAll(domain));
  }

  private void pattern(String file, Row row, Map<String, String> mirrors) {
    String what = file + ", " + row.line() + ": /" + row.key() + "/";
    Matcher all = ALL_NAMES.matcher(row.key());
    if (row.value().contains("$")) {
      findings.left(what, SAY.pattern());
    } else if (ONE_NAME.matcher(row.key()).matches()) {
      String name = row.key().substring(1).replace("\\", "");
      boolean open = !name.endsWith("$");
      name = name.replace("$", "");
      String domain = name.substring(name.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
      String user = name.substring(0, name.lastIndexOf('@')).toLowerCase(Locale.ROOT);
      List<String> at =
          open
              ? catchAll.keySet().stream().filter(d -> d.startsWith(domain)).toList()
              : catchAll.containsKey(domain) ? List.of(domain) : List.of();
      if (at.isEmpty()) {
        findings.left(what, SAY.otherDomain(domain));
      } else {
        at.forEach(
            each -> {
              if (!aliases.containsKey(user + "@" + each)) {
                virtual(file, new Row(row.line(), user + "@" + each, row.value()), mirrors);
              }
            });
      }
    } else if (all.matches()) {
      virtual(
          file, new Row(row.line(), "@" + all.group(1).replace("\\", ""), row.value()), mirrors);
    } else {
      findings.left(what, SAY.pattern());
    }
  }

  /// Writes out a domain that stands for another one.
  private void mirror(String domain, String other) {
    String what = "@" + domain + " @" + other;
    if (!catchAll.containsKey(other)) {
      findings.left(what, SAY.otherDomain(other));
      return;
    }
    var names = new TreeSet<String>();
    String end = "@" + other;
    aliases.keySet().stream().filter(a -> a.endsWith(end)).forEach(names::add);
    users.keySet().stream().filter(a -> a.endsWith(end)).forEach(names::add);
    for (String name : names) {
      String here = name.substring(0, name.length() - end.length()) + "@" + domain;
      if (!users.containsKey(here)) {
        aliases.putIfAbsent(here, new LinkedHashSet<>(List.of(name)));
      }
    }
    if (catchAll.getOrDefault(domain, Optional.empty()).isEmpty()) {
      catchAll.put(domain, catchAll.getOrDefault(other, Optional.empty()));
    }
    findings.otherwise(what, SAY.mirror(domain, other, names.size()));
  }

  /// Users whose mail goes on, taken out of the aliases.
  private Map<String, List<String>> forwards() {
    var forwards = new LinkedHashMap<String, List<String>>();
    for (String user : users.keySet()) {
      Set<String> targets = aliases.remove(user);
      if (targets != null && !targets.equals(Set.of(user))) {
        forwards.put(user, List.copyOf(targets));
      }
    }
    return forwards;
  }

  /// The aliases that lead somewhere.
  private Map<String, List<String>> withoutLoops() {
    var left = new LinkedHashMap<String, List<String>>();
    var loops = new TreeSet<String>();
    aliases.keySet().stream().filter(this::returns).forEach(loops::add);
    aliases.forEach(
        (name, targets) -> {
          if (loops.contains(name) || loops.containsAll(targets)) {
            return;
          }
          if (left.size() >= ALIASES_MAX) {
            findings.left(name, SAY.tooMany(ALIASES_MAX));
            return;
          }
          left.put(name, targets.stream().filter(t -> !loops.contains(t)).toList());
        });
    rowsOfAliases.forEach(
        (row, name) -> {
          if (loops.contains(name)) {
            findings.left(row, SAY.loop());
            return;
          }
          findings.taken(row, SAY.becomes(users.containsKey(name) ? "forwards" : "aliases"));
          left.getOrDefault(name, List.of()).stream()
              .filter(target -> !exists(left, target))
              .forEach(target -> findings.left(row, SAY.nobody(target)));
        });
    return left;
  }

  /// True where mail to the address gets somewhere, or leaves this server.
  private boolean exists(Map<String, List<String>> left, String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1);
    String name = address.substring(0, address.lastIndexOf('@'));
    return !catchAll.containsKey(domain)
        || catchAll.getOrDefault(domain, Optional.empty()).isPresent()
        || left.containsKey(address)
        || users.containsKey(address)
        || (settings.containsKey("postmaster") && Set.of("postmaster", "abuse").contains(name));
  }

  private boolean returns(String name) {
    var seen = new LinkedHashSet<String>();
    var next = new ArrayList<>(aliases.getOrDefault(name, Set.of()));
    for (int i = 0; i < next.size() && i < 10_000; i++) {
      if (next.get(i).equals(name)) {
        return true;
      }
      if (seen.add(next.get(i))) {
        next.addAll(aliases.getOrDefault(next.get(i), Set.of()));
      }
    }
    return false;
  }

  private void senderRights() {
    handled.add("smtpd_sender_login_maps");
    for (String map : main.list("smtpd_sender_login_maps")) {
      switch (table(map)) {
        case LookupTable.Plain(String file, List<Row> rows) ->
            rows.forEach(row -> senderRight(file, row));
        case LookupTable.Patterns(String file, List<Row> _) -> findings.left(file, SAY.pattern());
        case LookupTable.Unusable(String name, Text why) ->
            findings.left(at("smtpd_sender_login_maps") + ": " + name, why);
      }
    }
  }

  private void senderRight(String file, Row row) {
    String what = file + ", " + row.line() + ": " + row.key();
    String right = row.key().startsWith("@") ? "*" + row.key() : row.key();
    for (String login : MainCf.split(row.value())) {
      String name = lower(login.contains("@") ? login : login + "@" + primary);
      User user = users.get(name);
      if (user == null) {
        findings.left(what, SAY.noSuchUser(name));
      } else if (!right.startsWith("*@") && address(right).isEmpty()) {
        findings.left(what, SAY.noAddress(right));
      } else {
        if (!right.equals(name) && !user.sendAs().contains(right)) {
          var more = new ArrayList<>(user.sendAs());
          more.add(right);
          users.put(name, user.withSendAs(more));
        }
        findings.taken(what, SAY.senderRight(name, right));
      }
    }
  }

  // ---- ways out

  private void relays() {
    handled.addAll(List.of("relay_domains", "transport_maps", "relay_recipient_maps"));
    for (String name : main.list("relay_domains")) {
      if (name.contains(":") || name.startsWith("/")) {
        rows("relay_domains", name).forEach(row -> relayDomain(row.key()));
      } else {
        relayDomain(name.toLowerCase(Locale.ROOT));
      }
    }
    for (Row row : rows("transport_maps")) {
      transport(row);
    }
  }

  private void relayDomain(String name) {
    if (catchAll.containsKey(name)) {
      return;
    }
    if (domain(name).isPresent()) {
      relayDomains.put(name, Optional.empty());
      findings.otherwise(at("relay_domains") + ": " + name, SAY.relayDomain(name));
    } else {
      findings.left(at("relay_domains") + ": " + name, SAY.noDomain());
    }
  }

  private void transport(Row row) {
    String what = "transport_maps, " + row.line() + ": " + row.key() + " " + row.value();
    int colon = row.value().indexOf(':');
    String kind = colon < 0 ? row.value() : row.value().substring(0, colon);
    String hop = colon < 0 ? "" : row.value().substring(colon + 1);
    if (kind.equals("discard") || kind.equals("error") || kind.equals("retry")) {
      findings.left(what, SAY.refusingTransport(kind));
    } else if (row.key().equals("*") && hop.isEmpty()) {
      findings.taken(what, SAY.usual());
    } else if (row.key().equals("*")) {
      smarthost(what, hop);
    } else if (relayDomains.containsKey(row.key())
        && !hop.isEmpty()
        && kind.matches("|smtp|relay")) {
      relayDomains.put(row.key(), Optional.of(hop.replaceAll("[\\[\\]]", "")));
      findings.taken(what, SAY.becomes("relay-domains." + row.key() + ".host"));
    } else if (kind.matches("lmtp|virtual|dovecot|local") && catchAll.containsKey(row.key())) {
      findings.otherwise(what, SAY.oneMailboxTransport());
    } else {
      findings.left(what, SAY.transport());
    }
  }

  private void smarthost() {
    handled.addAll(
        List.of(
            "relayhost",
            "smtp_sasl_password_maps",
            "smtp_sasl_auth_enable",
            "smtp_sasl_security_options",
            "smtp_sasl_mechanism_filter",
            "smtp_tls_wrappermode",
            "smtp_tls_security_level",
            "smtp_use_tls",
            "smtp_enforce_tls"));
    String relay = main.value("relayhost");
    if (!relay.isEmpty()) {
      smarthost(at("relayhost"), relay);
    }
    String level = main.value("smtp_tls_security_level");
    if (main.sets("smtp_tls_security_level") && relay.isEmpty()) {
      if (level.equals("dane") || level.equals("may")) {
        findings.taken(at("smtp_tls_security_level"), SAY.daneAnyway());
      } else {
        findings.otherwise(at("smtp_tls_security_level") + " " + level, SAY.daneInstead());
      }
    }
  }

  private void smarthost(String what, String relay) {
    Matcher m =
        Pattern.compile("(?:[a-z]+:)?\\[?([^\\[\\]:]+)\\]?(?::([a-z0-9]+))?").matcher(relay);
    if (!m.matches()) {
      findings.left(what, SAY.noHostName(relay));
      return;
    }
    String port = m.group(2) == null ? "25" : m.group(2);
    port =
        switch (port) {
          case "smtp" -> "25";
          case "submission" -> "587";
          case "smtps", "submissions" -> "465";
          default -> port;
        };
    settings.put("smarthost.host", quoted(m.group(1)));
    settings.put("smarthost.port", port);
    String level = main.value("smtp_tls_security_level");
    String tls =
        main.value("smtp_tls_wrappermode").equals("yes") || port.equals("465")
            ? "implicit"
            : switch (level) {
              case "verify", "secure", "dane-only" -> "verified";
              case "encrypt" -> "encrypt";
              case "none" -> "none";
              default -> "opportunistic";
            };
    String map = main.value("smtp_sasl_password_maps");
    if (!map.isEmpty()) {
      Optional<Row> row =
          rows("smtp_sasl_password_maps").stream()
              .filter(
                  r ->
                      r.key().equals(relay.toLowerCase(Locale.ROOT))
                          || r.key().equals(m.group(1).toLowerCase(Locale.ROOT)))
              .findFirst();
      int colon = row.map(r -> r.value().indexOf(':')).orElse(-1);
      if (colon > 0) {
        settings.put("smarthost.user", quoted(row.get().value().substring(0, colon)));
        smarthostPassword = Optional.of(row.get().value().substring(colon + 1));
        findings.taken(
            at("smtp_sasl_password_maps"), SAY.becomes("smarthost.user, smarthost.password-file"));
        if (tls.equals("opportunistic") || tls.equals("none")) {
          tls = "encrypt";
          findings.otherwise(at("smtp_tls_security_level"), SAY.passwordNeedsTls());
        }
      } else {
        findings.left(at("smtp_sasl_password_maps"), SAY.noPasswordFor(relay));
      }
    }
    settings.put("smarthost.tls", tls);
    findings.taken(what, SAY.becomes("smarthost.host, smarthost.port"));
  }

  // ---- sizes, doors, certificates

  private void limits() {
    number("message_size_limit", "limits.message-size", 1 << 20, 1L << 30, "B");
    number("smtpd_recipient_limit", "limits.recipients", 100, 50_000, "");
    time("maximal_queue_lifetime", "queue.life");
    time("delay_warning_time", "queue.delay-report");
    handled.addAll(List.of("recipient_delimiter", "bounce_queue_lifetime"));
    String delimiter = main.value("recipient_delimiter");
    if (delimiter.isEmpty()) {
      settings.put("sub-addresses.separators", "\"\"");
      findings.taken("recipient_delimiter", SAY.becomes("sub-addresses.separators"));
    } else if (delimiter.chars().allMatch(c -> "+-=_.#~^!".indexOf(c) >= 0)) {
      settings.put("sub-addresses.separators", quoted(delimiter));
      findings.taken(at("recipient_delimiter"), SAY.becomes("sub-addresses.separators"));
    } else {
      findings.left(at("recipient_delimiter"), SAY.noCounterpart());
    }
    handled.add("mynetworks");
    handled.add("mynetworks_style");
    var networks = new ArrayList<String>();
    for (String network : main.list("mynetworks")) {
      String plain = network.replaceAll("[\\[\\]]", "");
      if (plain.startsWith("127.") || plain.startsWith("::1") || plain.startsWith("::ffff:127.")) {
        continue;
      }
      if (plain.matches("[0-9a-fA-F.:]+(/[0-9]{1,3})?") && !plain.matches("[0-9]+")) {
        networks.add(quoted(plain));
      } else {
        findings.left(at("mynetworks") + ": " + network, SAY.noNetwork());
      }
    }
    if (!networks.isEmpty()) {
      settings.put("submission.networks", "[" + String.join(", ", networks) + "]");
      findings.otherwise(at("mynetworks"), SAY.networks());
    }
  }

  private void number(String name, String setting, long least, long most, String unit) {
    handled.add(name);
    if (!main.sets(name)) {
      return;
    }
    String value = main.value(name);
    long number = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
    long kept = number == 0 ? most : Math.clamp(number, least, most);
    if (number < 0) {
      findings.left(at(name), SAY.noNumber(value));
      return;
    }
    settings.put(setting, kept + unit);
    if (kept == number) {
      findings.taken(at(name), SAY.becomes(setting));
    } else {
      findings.otherwise(at(name), SAY.becomesBounded(setting, kept + unit));
    }
  }

  private void time(String name, String setting) {
    handled.add(name);
    Matcher m = Pattern.compile("([0-9]{1,9})([smhdw]?)").matcher(main.value(name));
    if (!main.sets(name)) {
      return;
    }
    if (!m.matches() || m.group(1).matches("0+")) {
      findings.left(at(name), SAY.noNumber(main.value(name)));
      return;
    }
    String unit = m.group(2).isEmpty() ? (name.startsWith("maximal") ? "d" : "h") : m.group(2);
    long number = Long.parseLong(m.group(1)) * (unit.equals("w") ? 7 : 1);
    settings.put(setting, number + (unit.equals("w") ? "d" : unit));
    findings.taken(at(name), SAY.becomes(setting));
  }

  private void listeners() {
    handled.addAll(
        List.of("inet_interfaces", "inet_protocols", "smtp_bind_address", "smtp_bind_address6"));
    String interfaces = main.value("inet_interfaces");
    if (interfaces.equals("loopback-only") || interfaces.equals("localhost")) {
      settings.put("listen.reception", "[\"127.0.0.1:25\", \"[::1]:25\"]");
      findings.taken(at("inet_interfaces"), SAY.becomes("listen.reception"));
    } else if (main.sets("inet_interfaces") && !interfaces.equals("all")) {
      var addresses = new ArrayList<String>();
      for (String one : main.list("inet_interfaces")) {
        String plain = one.replaceAll("[\\[\\]]", "");
        if (plain.matches("[0-9.]+")) {
          addresses.add(quoted(plain + ":25"));
        } else if (plain.matches("[0-9a-fA-F:]+")) {
          addresses.add(quoted("[" + plain + "]:25"));
        } else if (!plain.equals("localhost")) {
          findings.left(at("inet_interfaces") + ": " + one, SAY.noNetwork());
        }
      }
      if (!addresses.isEmpty()) {
        settings.put("listen.reception", "[" + String.join(", ", addresses) + "]");
        findings.taken(at("inet_interfaces"), SAY.becomes("listen.reception"));
      }
    }
    var sources = new ArrayList<String>();
    for (String name : List.of("smtp_bind_address", "smtp_bind_address6")) {
      if (!main.value(name).isEmpty()) {
        sources.add(quoted(main.value(name).replaceAll("[\\[\\]]", "")));
        findings.taken(at(name), SAY.becomes("delivery.sources"));
      }
    }
    if (!sources.isEmpty()) {
      settings.put("delivery.sources", "[" + String.join(", ", sources) + "]");
    }
    for (MasterCf.Service service : master.services()) {
      String what =
          "master.cf, " + service.line() + ": " + service.name() + " " + service.command();
      if (service.type().equals("inet") && service.command().equals("smtpd")) {
        switch (service.port()) {
          case "smtp" -> findings.taken(what, SAY.becomes("listen.reception"));
          case "submission" -> findings.taken(what, SAY.becomes("listen.submission"));
          case "submissions" -> findings.taken(what, SAY.becomes("listen.submissions"));
          default -> findings.left(what, SAY.otherPort());
        }
      } else if (service.command().equals("pipe") && !isShipped(service.name())) {
        findings.left(what, SAY.pipeService());
      } else if (service.command().equals("spawn") && !service.arguments().contains("spf")) {
        findings.left(what, SAY.policyService(service.name()));
      }
    }
  }

  /// In Debian's `master.cf` whether somebody uses them or not.
  private static boolean isShipped(String service) {
    return Set.of("maildrop", "uucp", "ifmail", "bsmtp", "scalemail-backend", "mailman")
        .contains(service);
  }

  private void certificates() {
    handled.addAll(
        List.of(
            "smtpd_tls_cert_file",
            "smtpd_tls_key_file",
            "smtpd_tls_chain_files",
            "smtpd_tls_eccert_file",
            "smtpd_tls_eckey_file"));
    String chain = main.value("smtpd_tls_cert_file");
    String key = main.value("smtpd_tls_key_file");
    String name = "smtpd_tls_cert_file";
    List<String> files = main.list("smtpd_tls_chain_files");
    if (!files.isEmpty()) {
      name = "smtpd_tls_chain_files";
      key = files.getFirst();
      chain = files.size() > 1 ? files.get(1) : files.getFirst();
    }
    if (chain.isEmpty() || chain.equals("none")) {
      return;
    }
    if (key.isEmpty() || key.equals("$smtpd_tls_cert_file")) {
      key = chain;
    }
    if (chain.contains("ssl-cert-snakeoil")) {
      findings.left(at(name) + " " + chain, SAY.snakeoil());
      return;
    }
    OldFile chainRead = tree.read(chain);
    OldFile keyRead = tree.read(key);
    if (chainRead instanceof OldFile.Found c && keyRead instanceof OldFile.Found k) {
      certificate = Optional.of(new Move.Certificate(c.text(), k.text()));
      if (chain.contains("/letsencrypt/live/")) {
        findings.otherwise(at(name) + " " + chain, SAY.certbot());
      } else {
        findings.otherwise(at(name) + " " + chain, SAY.certificateCopied());
      }
    } else {
      String bad = chainRead instanceof OldFile.Found ? key : chain;
      OldFile read = chainRead instanceof OldFile.Found ? keyRead : chainRead;
      findings.left(
          at(name) + " " + bad, read instanceof OldFile.Unusable(Text why) ? why : SAY.missing());
    }
  }

  // ---- what stands beside

  private void milters() {
    for (String name : List.of("smtpd_milters", "non_smtpd_milters")) {
      handled.add(name);
      for (String milter : main.list(name)) {
        String what = at(name) + ": " + milter;
        if (milter.matches("(?i).*(opendkim|:8891|:12301|:12345).*")) {
          findings.taken(what, SAY.signsItself());
        } else if (milter.matches("(?i).*(opendmarc|:8893|:54321).*")) {
          findings.taken(what, SAY.checksItself("DMARC"));
        } else if (milter.matches("(?i).*(openarc|:8894).*")) {
          findings.taken(what, SAY.checksItself("ARC"));
        } else {
          findings.left(what, SAY.milter());
        }
      }
    }
    handled.addAll(List.of("milter_default_action", "milter_protocol", "milter_mail_macros"));
  }

  private void restrictions() {
    for (String name :
        List.of(
            "smtpd_client_restrictions",
            "smtpd_helo_restrictions",
            "smtpd_sender_restrictions",
            "smtpd_recipient_restrictions",
            "smtpd_relay_restrictions",
            "smtpd_data_restrictions",
            "smtpd_end_of_data_restrictions",
            "smtpd_etrn_restrictions")) {
      handled.add(name);
      List<String> words = main.list(name);
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        String argument = i + 1 < words.size() ? words.get(i + 1) : "";
        String what = at(name) + ": " + word + " " + argument;
        if (word.equals("check_policy_service")) {
          if (argument.contains("spf")) {
            findings.taken(what, SAY.checksItself("SPF"));
          } else {
            findings.left(what, SAY.policyService(argument));
          }
        } else if (word.contains("_rbl") || word.contains("_rhsbl") || word.contains("dnswl")) {
          findings.left(what, SAY.blockList());
        } else if (word.startsWith("check_") && word.endsWith("_access")) {
          findings.left(what, SAY.accessTable());
        }
      }
    }
  }

  private void opendkim() {
    Optional<OpenDkim> read = OpenDkim.read(tree);
    if (read.isEmpty()) {
      if (tree.exists("/etc/opendkim.conf")) {
        findings.left("/etc/opendkim.conf", SAY.unreadable(""));
      }
      return;
    }
    for (String domain : catchAll.keySet()) {
      List<OpenDkim.Signer> signers = read.get().of("postmaster@" + domain, read.get().multiple());
      boolean taken = false;
      for (OpenDkim.Signer signer : signers) {
        taken |= dkimKey(domain, signer, taken);
      }
    }
    read.get().domains().stream()
        .filter(d -> !catchAll.containsKey(d))
        .forEach(d -> findings.left("OpenDKIM: " + d, SAY.keyOfOtherDomain(d)));
  }

  private boolean dkimKey(String domain, OpenDkim.Signer signer, boolean already) {
    String what = "OpenDKIM: " + signer.selector() + "._domainkey." + signer.domain();
    if (!signer.domain().equals(domain)) {
      findings.left(what, SAY.thirdParty(domain));
      return false;
    }
    switch (tree.read(signer.file())) {
      case OldFile.Found(String text, boolean _) -> {
        switch (DkimPrivateKey.parse(text)) {
          case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
            boolean ed = key.publicKey().type() == KeyType.ED25519;
            boolean small = !ed && (key.bits() < 1024 || key.bits() > 4096);
            if (already
                || ed
                || small
                || !signer.selector().matches("[a-z0-9A-Z-]+(\\.[a-z0-9A-Z-]+)*")) {
              findings.left(
                  what, already ? SAY.secondKey() : ed ? SAY.edKey() : SAY.keySize(key.bits()));
              return false;
            }
            keys.add(new Move.Key(DomainName.of(domain), signer.selector(), key));
            findings.taken(what, SAY.keyTaken(signer.selector(), domain));
            return true;
          }
          case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
              findings.left(what + " " + signer.file(), SAY.noKey(expected));
        }
      }
      case OldFile.Missing _ -> findings.left(what + " " + signer.file(), SAY.missing());
      case OldFile.Unusable(Text why) -> findings.left(what + " " + signer.file(), why);
    }
    return false;
  }

  private void postsrsd() {
    Map<String, String> found = new HashMap<>();
    for (String file :
        List.of("/etc/default/postsrsd", "/etc/postsrsd.conf", "/etc/postsrsd/postsrsd.conf")) {
      if (tree.read(file) instanceof OldFile.Found text) {
        for (String line : text.lines()) {
          int equals = line.indexOf('=');
          if (equals > 0 && !line.stripLeading().startsWith("#")) {
            found.put(
                line.substring(0, equals)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceFirst("^srs_", "")
                    .replace('-', '_'),
                line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", ""));
          }
        }
      }
    }
    String file =
        found.getOrDefault("secret", found.getOrDefault("secrets_file", "/etc/postsrsd.secret"));
    switch (tree.read(file)) {
      case OldFile.Found(String text, boolean _) -> {
        srsSecret = Optional.of(text);
        findings.taken(file, SAY.srsSecret());
      }
      case OldFile.Missing _ -> {
        return;
      }
      case OldFile.Unusable(Text why) -> findings.left(file, why);
    }
    handled.addAll(
        List.of(
            "sender_canonical_maps",
            "sender_canonical_classes",
            "recipient_canonical_maps",
            "recipient_canonical_classes"));
    String domain =
        found
            .getOrDefault("domain", found.getOrDefault("srs_domain", main.value("mydomain")))
            .toLowerCase(Locale.ROOT);
    if (catchAll.containsKey(domain)) {
      settings.put("srs.domain", domain);
      findings.taken("postsrsd: SRS_DOMAIN", SAY.becomes("srs.domain"));
    } else if (!domain.isEmpty()) {
      findings.left("postsrsd: SRS_DOMAIN", SAY.srsDomain(domain));
    }
    if (!found.getOrDefault("separator", "=").equals("=")) {
      findings.otherwise("postsrsd: SRS_SEPARATOR", SAY.srsSeparator());
    }
  }

  private void besides() {
    if (tree.exists("/etc/opendmarc.conf")) {
      findings.otherwise("/etc/opendmarc.conf", SAY.opendmarc());
    }
    if (tree.exists("/etc/postfix-policyd-spf-python/policyd-spf.conf")) {
      findings.otherwise("/etc/postfix-policyd-spf-python/policyd-spf.conf", SAY.policydSpf());
    }
    if (tree.exists("/etc/mta-sts-daemon.yml")
        || main.value("smtp_tls_policy_maps").contains(":8461")) {
      handled.add("smtp_tls_policy_maps");
      findings.taken("postfix-mta-sts-resolver", SAY.checksItself("MTA-STS"));
    }
  }

  /// Where mail lies, and who puts it there.
  private void mailboxPlaces() {
    handled.addAll(
        List.of(
            "virtual_transport",
            "mailbox_transport",
            "home_mailbox",
            "local_transport",
            "mailbox_command"));
    String transport =
        List.of("virtual_transport", "mailbox_transport").stream()
            .map(main::value)
            .filter(value -> value.startsWith("lmtp:"))
            .findFirst()
            .orElse("");
    if (transport.isEmpty()) {
      String command = main.value("mailbox_command");
      if (!command.isEmpty()) {
        findings.left(at("mailbox_command") + " " + command, SAY.mailboxCommand());
      }
      if (!mailboxes.isEmpty()) {
        Optional<String> base = commonBase();
        if (base.isPresent()) {
          settings.put("directories.mail", quoted(base.get()));
          findings.otherwise("Maildir", SAY.maildirsTaken(mailboxes.size(), base.get()));
        } else {
          findings.otherwise("Maildir", SAY.maildirs(mailboxes.size()));
        }
      }
      return;
    }
    String way = transport.substring(5);
    if (way.startsWith("unix:")) {
      String socket = way.substring(5);
      way = socket.startsWith("/") ? socket : main.value("queue_directory") + "/" + socket;
      settings.put("mailboxes.lmtp", quoted(way));
      findings.otherwise(transport, SAY.lmtpSocket(way));
    } else {
      settings.put(
          "mailboxes.lmtp", quoted(way.replaceFirst("^inet:", "").replaceAll("[\\[\\]]", "")));
      findings.taken(transport, SAY.becomes("mailboxes.lmtp"));
    }
    if (!mailboxes.isEmpty()) {
      findings.taken("Maildir", SAY.maildirsStay(mailboxes.size()));
    }
  }

  /// The directory below which every mailbox lies where Facteur looks for it.
  private Optional<String> commonBase() {
    var bases = new TreeSet<String>();
    mailboxes.forEach(
        (address, path) -> {
          int at = address.lastIndexOf('@');
          String end =
              "/" + address.substring(at + 1) + "/" + address.substring(0, at) + "/Maildir";
          String plain = path.replaceAll("/+", "/").replaceAll("/$", "");
          bases.add(plain.endsWith(end) ? plain.substring(0, plain.length() - end.length()) : "");
        });
    return bases.size() == 1
        ? Optional.of(bases.first()).filter(base -> !base.isEmpty())
        : Optional.empty();
  }

  /// Parameters that nothing above looked at.
  private void rest() {
    for (MainCf.Parameter parameter : main.parameters()) {
      if (handled.contains(parameter.name())) {
        continue;
      }
      String what = "main.cf, " + parameter.line() + ": " + parameter.name();
      if (Pattern.matches(
          "biff|append_dot_mydomain|readme_directory|html_directory|manpage_directory|sample_directory"
              + "|compatibility_level|smtpd_banner|.*_tls_session_cache_database|smtpd_tls_security_level"
              + "|smtpd_use_tls|smtpd_sasl_.*|disable_vrfy_command|smtpd_helo_required"
              + "|strict_rfc821_envelopes|.*_tls_loglevel|smtpd_tls_auth_only|smtpd_tls_received_header"
              + "|.*_directory|mail_owner|setgid_group|.*_path|debug.*|unknown_local_recipient_reject_code"
              + "|default_database_type|mail_name|virtual_[ug]id_maps|virtual_minimum_uid"
              + "|smtp_tls_note_starttls_offer|smtp_tls_CApath|smtp_dns_support_level|daemon_timeout"
              + "|smtpd_delay_reject|local_recipient_maps|smtpd_tls_dh.*|.*_tls_mandatory_.*|.*_tls_protocols"
              + "|.*_tls_ciphers|tls_.*",
          parameter.name())) {
        findings.taken(what, SAY.notNeeded());
      } else {
        findings.left(what, SAY.noCounterpart());
      }
    }
  }

  // ---- what several need

  private List<Row> rows(String parameter) {
    return main.list(parameter).stream().flatMap(map -> rows(parameter, map).stream()).toList();
  }

  private List<Row> rows(String parameter, String map) {
    return switch (table(map)) {
      case LookupTable.Plain(String _, List<Row> rows) -> rows;
      case LookupTable.Patterns(String file, List<Row> _) -> {
        findings.left(at(parameter) + ": " + file, SAY.pattern());
        yield List.of();
      }
      case LookupTable.Unusable(String name, Text why) -> {
        findings.left(at(parameter) + ": " + name, why);
        yield List.of();
      }
    };
  }

  private LookupTable table(String map) {
    return LookupTable.read(tree, map, main.value("default_database_type"), dump);
  }

  private String at(String parameter) {
    for (MainCf.Parameter each : main.parameters()) {
      if (each.name().equals(parameter)) {
        return "main.cf, " + each.line() + ": " + parameter;
      }
    }
    return parameter;
  }

  private void latin1(String file, OldFile.Found found) {
    if (found.latin1()) {
      findings.otherwise(file, SAY.latin1());
    }
  }

  private static Optional<DomainName> domain(String text) {
    return DomainName.parse(text)
        .toOptional()
        .filter(name -> name.isHostName() && name.labelCount() > 1);
  }

  /// An address as the settings take it, in lower case where that does not matter.
  private static Optional<String> address(String text) {
    return MailTypes.address().read(ConfigValueFactory.fromAnyRef(lower(text)))
            instanceof SettingType.Reading.Good<MailAddress> _
        ? Optional.of(lower(text))
        : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
