package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;
import static net.facteur.server.checks.NamedFile.Kind.PASSWORD;
import static net.facteur.server.checks.NamedFile.Kind.PROGRAM;
import static net.facteur.server.checks.NamedFile.Kind.PUBLIC;
import static net.facteur.server.checks.NamedFile.Kind.SECRET;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.backup.Restorable;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.Journal;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.Doors;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.SrsSecretFile;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.tls.TlsSettings;

/// Everything that the disk must hold before the server can start, looked at without changing any
/// of it. Asks neither the DNS nor the network.
public final class StartChecks {
  /// What the files that settings name are: each with whether it is a secret.
  private static final Map<Setting<Path>, NamedFile.Kind> FILES =
      Map.ofEntries(
          Map.entry(TlsSettings.CERTIFICATE, PUBLIC),
          Map.entry(TlsSettings.KEY, SECRET),
          Map.entry(TlsSettings.NAME_CERTIFICATE, PUBLIC),
          Map.entry(TlsSettings.NAME_KEY, SECRET),
          Map.entry(OutboundTlsSettings.CLIENT_CERTIFICATE, PUBLIC),
          Map.entry(OutboundTlsSettings.CLIENT_KEY, SECRET),
          Map.entry(ResolverSettings.TRUST_ANCHORS, PUBLIC),
          Map.entry(OutboundTlsSettings.AUTHORITIES, PUBLIC),
          Map.entry(AcmeSettings.AUTHORITIES, PUBLIC),
          Map.entry(ExplanationsSettings.FILE, PUBLIC),
          Map.entry(DeliverySettings.SMARTHOST_PASSWORD_FILE, PASSWORD),
          Map.entry(RoutesSettings.PASSWORD_FILE, PASSWORD),
          Map.entry(StoreSettings.PASSWORD_FILE, PASSWORD),
          Map.entry(LdapSettings.BIND_PASSWORD_FILE, PASSWORD),
          Map.entry(LdapSettings.AUTHORITIES, PUBLIC),
          Map.entry(RspamdSettings.PASSWORD_FILE, PASSWORD),
          Map.entry(MetricsSettings.TOKEN_FILE, PASSWORD),
          Map.entry(AlertSettings.PASSWORD_FILE, PASSWORD),
          Map.entry(AlertSettings.COMMAND, PROGRAM),
          Map.entry(KeySettings.UPDATE_KEY, SECRET),
          Map.entry(KeySettings.COMMAND, PROGRAM),
          Map.entry(ImapSettings.JUNK_COMMAND, PROGRAM));

  private final Settings settings;
  private final Found found;

  /// The addresses of all users who are known to be there; empty where nobody can be known.
  private Optional<Set<String>> users = Optional.empty();

  private StartChecks(Settings settings, Found found) {
    this.settings = settings;
    this.found = found;
  }

  /// Looks at everything that a start needs, for the process that starts.
  public static Findings of(Settings settings, InstantSource clock) {
    Reader reader = Reader.of(settings);
    return switch (reader.view()) {
      case Reader.View.Everything _ -> of(settings, reader, clock);
      case Reader.View.Own _ -> of(settings, reader.seeing(new Reader.View.Everything()), clock);
      case Reader.View.Guest(String me) ->
          othersData(HostSettings.from(settings).data(), reader, me);
    };
  }

  private static Findings othersData(Path data, Reader reader, String me) {
    var mistake =
        new Mistake(
            new Origin.InFile(data, 0),
            SAY.othersData(me, reader.name()),
            Text.lines(
                List.of(
                    ConfigTexts.SAY.type("sudo -u " + reader.name() + " facteur run"),
                    SAY.fromNowOn(me, "chown -R " + me + ": " + data))));
    return new Findings(List.of(mistake), List.of(), List.of());
  }

  /// The same for whoever runs the server, where somebody else may ask.
  ///
  /// @param doors tells which listeners could not be opened now
  public static Findings asked(Settings settings, InstantSource clock, Doors doors) {
    Optional<ServiceUnit> unit = ServiceUnit.of(settings.file());
    var found = new Found(Reader.of(settings, unit));
    if (unit.filter(service -> isGiven(service, settings, found.reader())).isPresent()) {
      found.useless(HostSettings.from(settings).data());
    }
    switch (found.reader().view()) {
      case Reader.View.Everything _ -> new DoorChecks(settings, found, unit).look(doors);
      case Reader.View.Own _, Reader.View.Guest _ -> {} // who could open them is another
    }
    return of(settings, found, clock);
  }

  /// True where systemd gives the data to the user before each start.
  private static boolean isGiven(ServiceUnit unit, Settings settings, Reader reader) {
    Path data = HostSettings.from(settings).data();
    return !reader.isMyself() && unit.gives(data) && !reader.owns(data);
  }

  /// Looks at everything.
  ///
  /// @param reader who runs the server
  static Findings of(Settings settings, Reader reader, InstantSource clock) {
    return of(settings, new Found(reader), clock);
  }

  private static Findings of(Settings settings, Found found, InstantSource clock) {
    var checks = new StartChecks(settings, found);
    checks.settingsFiles();
    checks.restore();
    new Belongings(settings, found).look();
    checks.namedFiles();
    checks.openRelay();
    checks.submissions();
    new CertificateChecks(settings, found, clock.instant()).look();
    checks.secrets();
    checks.keys();
    checks.users();
    found.cautions(settings.notes());
    var store = new StoredAddresses(settings, found, clock);
    store.look();
    new StoredRules(settings, found).look();
    new StoredExplanations(settings, found).look();
    var roles = new StoredRoles(settings, found, clock);
    roles.look(checks.users, store.book());
    new StoredAbsences(settings, found, clock).look(checks.users);
    found.cautions(new Cautions(settings, checks.users, store, roles.book()).all());
    return found.findings(HostSettings.from(settings).data());
  }

  /// Half of one server and half of another must not send mail.
  private void restore() {
    Path data = HostSettings.from(settings).data();
    if (Restorable.pending(data)) {
      found.mistake(
          new Origin.InFile(data, 0),
          SAY.restoreCutOff(),
          ConfigTexts.SAY.type("facteur restore --resume " + data));
    }
  }

  /// Who starts the server reads them again.
  private void settingsFiles() {
    for (Path file : settings.files()) {
      if (found.usable(file)) {
        new NamedFile(file.toAbsolutePath().normalize(), PASSWORD)
            .barred(found.reader())
            .ifPresent(
                trouble ->
                    found.mistake(
                        new Origin.InFile(file, 0),
                        SAY.ofSettings(trouble.what()),
                        trouble.remedy()));
      }
    }
  }

  @SuppressWarnings("unchecked") // only settings of FILES are asked for, and these are paths
  private void namedFiles() {
    for (Settings.Key key : settings.keys()) {
      NamedFile.Kind kind = FILES.get(key.setting());
      if (kind == null) {
        continue;
      }
      settings
          .find((Setting<Path>) key.setting(), key.names())
          .map(settings::resolve)
          .filter(found::usable)
          .ifPresent(
              file ->
                  new NamedFile(file, kind)
                      .trouble(found.reader())
                      .ifPresent(
                          trouble -> {
                            found.useless(file);
                            found.mistake(
                                settings.origin(key.setting(), key.names()),
                                SAY.names(key.text(), file, trouble.what()),
                                trouble.remedy());
                          }));
    }
  }

  private void openRelay() {
    for (AddressBlock network : SmtpSettings.from(settings).submission().trustedNetworks()) {
      if (network.isWide()) {
        found.mistake(
            settings.origin(SmtpSettings.SUBMISSION_NETWORKS),
            SAY.openRelay(network),
            SAY.nameNetwork("submission.networks = [\"192.168.1.0/24\"]"));
      }
    }
  }

  private void submissions() {
    if (TlsSettings.from(settings).isEmpty()
        && !ListenerSettings.from(settings).submissions().isEmpty()) {
      found.mistake(
          settings.origin(ListenerSettings.SUBMISSIONS),
          SAY.noCertificate(),
          Text.lines(
              List.of(
                  ConfigTexts.SAY.type(
                      "tls { certificate = "
                          + TlsSettings.CERTIFICATE.example()
                          + ", key = "
                          + TlsSettings.KEY.example()
                          + " }"),
                  SAY.turnOff("listen.submissions = []"))));
    }
  }

  private void secrets() {
    file(ResolverSettings.TRUST_ANCHORS)
        .ifPresent(
            _ ->
                attempt(
                    ResolverSettings.TRUST_ANCHORS,
                    () -> ResolverSettings.from(settings).proof(),
                    SAY.putAnchors()));
    file(KeySettings.UPDATE_KEY)
        .ifPresent(
            file ->
                attempt(
                    KeySettings.UPDATE_KEY,
                    () -> KeyWiring.tsigKey(file),
                    SAY.makeWith("tsig-keygen -a hmac-sha256 facteur > " + file)));
    password(DeliverySettings.SMARTHOST_PASSWORD_FILE);
    for (String name : settings.names(RoutesSettings.BLOCK)) {
      password(RoutesSettings.PASSWORD_FILE, name);
    }
    password(StoreSettings.PASSWORD_FILE);
    password(RspamdSettings.PASSWORD_FILE);
    password(MetricsSettings.TOKEN_FILE);
    password(AlertSettings.PASSWORD_FILE);
    Path srs = SrsSettings.from(settings).secretFile();
    if (found.usable(srs) && Files.exists(srs)) {
      if (Files.isRegularFile(srs) && new NamedFile(srs, SECRET).open()) {
        found.mistake(
            settings.origin(SrsSettings.SECRET_FILE),
            SAY.names(SrsSettings.SECRET_FILE.name(), srs, SAY.readable()),
            ConfigTexts.SAY.type("chmod o-rwx " + srs));
        return;
      }
      attempt(SrsSettings.SECRET_FILE, () -> new SrsSecretFile(srs).read(), SAY.oneSecret());
    }
  }

  private void password(Setting<Path> setting, String... names) {
    String key = new Settings.Key(setting, List.of(names)).text();
    Optional<Path> file = file(setting, names);
    if (file.isEmpty()) {
      return;
    }
    try {
      String password = new PasswordFile(file.get()).read();
      if (password.isBlank() || password.chars().anyMatch(Character::isISOControl)) {
        found.mistake(
            settings.origin(setting, names),
            SAY.names(key, file.get(), password.isBlank() ? SAY.emptyLine() : SAY.noPlainText()),
            SAY.writePassword());
      }
      if (new NamedFile(file.get(), SECRET).open()) {
        found.caution(
            settings.origin(setting, names),
            SAY.names(key, file.get(), SAY.readableHere()),
            ConfigTexts.SAY.type("chmod o-rwx " + file.get()));
      }
    } catch (IOException e) {
      found.mistake(
          settings.origin(setting, names),
          SAY.names(key, file.get(), SAY.noText()),
          SAY.writePassword());
    }
  }

  private void keys() {
    KeySettings keys = KeySettings.from(settings);
    Path directory = keys.directory();
    if (!found.usable(directory) || !found.usable(directory.resolve(Journal.FILE_NAME))) {
      return;
    }
    try {
      var signing =
          SigningSettings.from(settings)
              .withSelectors(keys.selectors(KeyWiring.journal(directory).read()));
      List<KeyFile> files = keyFiles(signing, directory);
      if (!files.stream().filter(file -> !found.usable(file.path())).toList().isEmpty()) {
        return;
      }
      List<Path> closed =
          files.stream().filter(file -> closed(keys, file)).map(KeyFile::path).toList();
      for (ActiveKeys.Problem problem :
          ActiveKeys.load(signing, directory, new DkimCrypto(List.of())).problems()) {
        if (!closed.contains(problem.file())) {
          found.mistake(
              keyOrigin(keys, problem.domain()), problem.what(), problem.remedy().sentence());
        }
      }
    } catch (IOException e) {
      found.mistake(
          new Origin.InFile(directory, 0),
          SAY.keyJournal(FileTrouble.text(e)),
          SAY.seeJournal("ls -l " + directory));
    }
  }

  /// Where the keys of the active selectors lie, there or not.
  private static List<KeyFile> keyFiles(SigningSettings signing, Path directory) {
    return signing.selectors().entrySet().stream()
        .flatMap(
            active ->
                Stream.of(KeyType.values())
                    .map(type -> KeyFile.of(directory, active.getValue(), active.getKey(), type)))
        .toList();
  }

  /// True where a key cannot be read by who runs the server, which is told.
  private boolean closed(KeySettings keys, KeyFile file) {
    Optional<NamedFile.Trouble> trouble = new NamedFile(file.path(), SECRET).barred(found.reader());
    trouble.ifPresent(
        its ->
            found.mistake(
                keyOrigin(keys, file.domain()),
                SAY.activeKey(file.path(), its.what()),
                its.remedy()));
    return trouble.isPresent();
  }

  /// The line that pins the selector of a domain, where there is one.
  private Origin keyOrigin(KeySettings keys, DomainName domain) {
    return keys.pinned().containsKey(domain)
        ? settings.origin(SigningSettings.SELECTOR, domain.text())
        : settings.origin(KeySettings.DIRECTORY);
  }

  private void users() {
    Path file = AccountsSettings.from(settings).file();
    if (!found.usable(file)) {
      return;
    }
    try {
      var usersFile = new UsersFile(file, new SecureRandom());
      if (usersFile.gone()) {
        found.caution(
            new Origin.InFile(file, 0),
            SAY.usersGone(),
            SAY.putBackUsers("facteur user add NAME@DOMAIN"));
        return;
      }
      UsersFile.Content content = usersFile.read();
      users =
          Optional.of(
              Stream.concat(
                      content.users().keySet().stream(),
                      content.damaged().stream()
                          .flatMap(line -> line.name().stream())
                          .filter(content::repeats))
                  .map(UserName::text)
                  .collect(Collectors.toSet()));
      for (UsersProblem problem : content.problems()) {
        found.caution(
            new Origin.InFile(file, problem.line()), problem.what(), problem.remedy(file));
      }
    } catch (IOException e) {
      found.mistake(
          new Origin.InFile(file, 0),
          SAY.usersUnknown(FileTrouble.text(e)),
          SAY.lookAtUsers("ls -l " + file + "*"));
    }
  }

  private interface Attempt {
    Object run() throws IOException;
  }

  private void attempt(Setting<?> setting, Attempt attempt, Text remedy) {
    try {
      var _ = attempt.run();
    } catch (IOException e) {
      found.mistake(
          settings.origin(setting), SAY.ofSetting(setting.name(), FileTrouble.text(e)), remedy);
    }
  }

  /// The file that a setting names, where nothing was found wrong with it yet.
  private Optional<Path> file(Setting<Path> setting, String... names) {
    return settings.find(setting, names).map(settings::resolve).filter(found::usable);
  }
}
