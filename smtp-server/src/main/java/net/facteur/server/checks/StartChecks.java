package net.facteur.server.checks;

import static net.facteur.server.checks.NamedFile.Kind.PASSWORD;
import static net.facteur.server.checks.NamedFile.Kind.PUBLIC;
import static net.facteur.server.checks.NamedFile.Kind.SECRET;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.accounts.UsersProblem;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routing.SrsSecretFile;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

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
          Map.entry(DeliverySettings.SMARTHOST_PASSWORD_FILE, PASSWORD),
          Map.entry(StoreSettings.PASSWORD_FILE, PASSWORD),
          Map.entry(KeySettings.UPDATE_KEY, SECRET));

  private final Settings settings;
  private final Reader reader;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Mistake> cautions = new ArrayList<>();
  private final Set<Path> bad = new HashSet<>();

  /// The addresses of all users who are known to be there.
  private final Set<String> users = new HashSet<>();

  private StartChecks(Settings settings, Reader reader) {
    this.settings = settings;
    this.reader = reader;
  }

  /// Looks at everything, for the user who owns the data.
  public static Findings of(Settings settings) {
    return of(settings, Reader.of(HostSettings.from(settings).data()));
  }

  /// Looks at everything.
  ///
  /// @param reader who runs the server
  static Findings of(Settings settings, Reader reader) {
    var checks = new StartChecks(settings, reader);
    checks.namedFiles();
    checks.data();
    checks.openRelay();
    checks.certificates();
    checks.authorities();
    checks.secrets();
    checks.keys();
    checks.users();
    checks.cautions.addAll(settings.notes());
    checks.cautions.addAll(new Cautions(settings, checks.users).all());
    return new Findings(checks.mistakes, checks.cautions);
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
          .ifPresent(
              file ->
                  new NamedFile(file, kind)
                      .trouble(reader)
                      .ifPresent(
                          trouble -> {
                            bad.add(file);
                            mistakes.add(
                                new Mistake(
                                    settings.origin(key.setting(), key.names()),
                                    key.text() + " names " + file + ", " + trouble.what(),
                                    trouble.remedy()));
                          }));
    }
  }

  private void data() {
    Path data = HostSettings.from(settings).data();
    if (Files.exists(data) && !Files.isDirectory(data)) {
      mistakes.add(
          new Mistake(
              settings.origin(HostSettings.DATA),
              "directories.data names " + data + ", which is no directory",
              "Move it away, or name another directory."));
    }
  }

  private void openRelay() {
    for (AddressBlock network : SmtpSettings.from(settings).submission().trustedNetworks()) {
      if (network.isWide()) {
        mistakes.add(
            new Mistake(
                settings.origin(SmtpSettings.SUBMISSION_NETWORKS),
                "submission.networks lets "
                    + network
                    + " send without a password: that is an open relay, and on every blocklist"
                    + " within hours",
                "Name single machines or your own network: submission.networks ="
                    + " [\"192.168.1.0/24\"]"));
      }
    }
  }

  private void certificates() {
    TlsSettings.from(settings).ifPresent(tls -> tls.certificates().forEach(this::pair));
    OutboundTlsSettings.from(settings)
        .clientCertificate()
        .map(c -> CertificateFiles.of(c.chain(), c.key()))
        .ifPresent(this::pair);
  }

  private void pair(CertificateFiles files) {
    if (bad.contains(files.chain()) || bad.contains(files.key())) {
      return;
    }
    try {
      var _ = PemFiles.read(files);
    } catch (InvalidCertificateException e) {
      mistakes.add(
          new Mistake(
              originOf(files.chain()),
              String.valueOf(e.getMessage()),
              "Name a certificate, with its chain in the same file, and the key that belongs to"
                  + " it. See what is in a file: openssl x509 -noout -subject -dates -in "
                  + files.chain()));
    }
  }

  private void authorities() {
    for (Setting<Path> setting :
        List.of(OutboundTlsSettings.AUTHORITIES, AcmeSettings.AUTHORITIES)) {
      file(setting)
          .ifPresent(
              file -> {
                try {
                  var _ = CertificateAuthorities.read(file);
                } catch (InvalidCertificateException e) {
                  mistakes.add(
                      new Mistake(
                          settings.origin(setting),
                          setting.name() + ": " + e.getMessage(),
                          "Put the certificates of the authorities there, in PEM, or leave the"
                              + " setting out to believe those that Java knows."));
                }
              });
    }
    file(ResolverSettings.TRUST_ANCHORS)
        .ifPresent(
            _ ->
                attempt(
                    ResolverSettings.TRUST_ANCHORS,
                    () -> ResolverSettings.from(settings).proof(),
                    "Put the keys of the DNS root there, or leave dns.trust-anchors out."));
  }

  private void secrets() {
    file(KeySettings.UPDATE_KEY)
        .ifPresent(
            file ->
                attempt(
                    KeySettings.UPDATE_KEY,
                    () -> KeyWiring.tsigKey(file),
                    "Make one with: tsig-keygen -a hmac-sha256 facteur > " + file));
    password(DeliverySettings.SMARTHOST_PASSWORD_FILE);
    password(StoreSettings.PASSWORD_FILE);
    Path srs = SrsSettings.from(settings).secretFile();
    if (Files.exists(srs)) {
      attempt(
          SrsSettings.SECRET_FILE,
          () -> new SrsSecretFile(srs).read(),
          "Let it hold one secret on a line, or move it away, and a new one is made.");
    }
  }

  private void password(Setting<Path> setting) {
    Optional<Path> file = file(setting);
    if (file.isEmpty()) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(file.get(), StandardCharsets.UTF_8);
      if (lines.getFirst().isBlank()) {
        mistakes.add(
            new Mistake(
                settings.origin(setting),
                setting.name() + " names " + file.get() + ", whose first line is empty",
                "Write the password on the first line."));
      }
      if (new NamedFile(file.get(), SECRET).trouble(reader).isPresent()) {
        cautions.add(
            new Mistake(
                settings.origin(setting),
                setting.name() + " names " + file.get() + ", which everybody here can read",
                "Type: chmod o-rwx " + file.get()));
      }
    } catch (IOException e) {
      mistakes.add(
          new Mistake(
              settings.origin(setting),
              setting.name() + " names " + file.get() + ", which is no text",
              "Write the password on the first line, in UTF-8."));
    }
  }

  private void keys() {
    KeySettings keys = KeySettings.from(settings);
    Path directory = KeySettings.from(settings).directory();
    try {
      var signing =
          SigningSettings.from(settings)
              .withSelectors(keys.selectors(KeyWiring.journal(directory).read()));
      for (String problem :
          ActiveKeys.load(signing, directory, new DkimCrypto(List.of())).problems()) {
        int remedy = problem.lastIndexOf("; ");
        mistakes.add(
            new Mistake(
                keyOrigin(keys, problem),
                remedy < 0 ? problem : problem.substring(0, remedy),
                remedy < 0
                    ? "Make a new key: facteur dkim generate"
                    : "Type: " + problem.substring(remedy + 2)));
      }
    } catch (IOException e) {
      mistakes.add(
          new Mistake(
              new Origin.InFile(directory, 0),
              "the journal of the keys cannot be used: " + FileTrouble.sentence(e),
              "See what it says: ls -l " + directory));
    }
  }

  /// The line that pins a selector, where the problem is of a domain that has one.
  private Origin keyOrigin(KeySettings keys, String problem) {
    return keys.pinned().keySet().stream()
        .filter(domain -> problem.contains(domain.text()))
        .findFirst()
        .map(domain -> settings.origin(SigningSettings.SELECTOR, domain.text()))
        .orElse(settings.origin(KeySettings.DIRECTORY));
  }

  private void users() {
    Path file = AccountsSettings.from(settings).file();
    Optional<Reader.Barrier> barrier = reader.barrier(file);
    if (barrier.isPresent()) {
      mistakes.add(
          new Mistake(
              new Origin.InFile(file, 0),
              "the users cannot be read by " + reader.name() + ", who runs the server",
              "Type as root: chown " + reader.name() + " " + file));
      return;
    }
    try {
      UsersFile.Content content = new UsersFile(file, new SecureRandom()).read();
      content.users().keySet().forEach(user -> users.add(user.text()));
      content.damaged().stream()
          .flatMap(line -> line.name().stream())
          .filter(content::repeats)
          .forEach(user -> users.add(user.text()));
      for (UsersProblem problem : content.problems()) {
        cautions.add(
            new Mistake(
                new Origin.InFile(file, problem.line()), problem.what(), problem.remedy(file)));
      }
    } catch (IOException e) {
      mistakes.add(
          new Mistake(
              new Origin.InFile(file, 0),
              FileTrouble.sentence(e),
              "Look at the line, or take a copy of before: ls -l " + file + "*"));
    }
  }

  private interface Attempt {
    Object run() throws IOException;
  }

  private void attempt(Setting<?> setting, Attempt attempt, String remedy) {
    try {
      var _ = attempt.run();
    } catch (IOException e) {
      mistakes.add(
          new Mistake(
              settings.origin(setting), setting.name() + ": " + FileTrouble.sentence(e), remedy));
    }
  }

  /// The file that a setting names, where nothing was found wrong with it yet.
  private Optional<Path> file(Setting<Path> setting) {
    return settings.find(setting).map(settings::resolve).filter(file -> !bad.contains(file));
  }

  /// Where a path was written.
  private Origin originOf(Path file) {
    for (Settings.Key key : settings.keys()) {
      if (settings.find(key.setting(), key.names()).orElse(null) instanceof Path path
          && settings.resolve(path).equals(file)) {
        return settings.origin(key.setting(), key.names());
      }
    }
    return new Origin.InFile(file, 0);
  }
}
