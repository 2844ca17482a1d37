package net.facteur.server.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.files.DurableFile;
import net.facteur.server.keys.KeyDirectory;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Language;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.signin.SignInFiles;
import net.facteur.server.signin.SignInSettings;
import net.facteur.server.signin.Token;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.CertificateRequest;
import net.facteur.server.web.WebSettings;

/// Makes the settings, the keys, the first user and the certificate of a new mail server: all of
/// it, or nothing.
public final class Foundation {
  private static final Duration SELF_SIGNED = Duration.ofDays(3650);
  private static final int PASSWORD_OCTETS = 15;

  private final Layout layout;
  private final SettingsLoader loader;
  private final SecureRandom random;
  private final InstantSource clock;
  private final NewFiles files;

  public Foundation(
      Layout layout, SettingsLoader loader, SecureRandom random, InstantSource clock) {
    this.layout = layout;
    this.loader = loader;
    this.random = random;
    this.clock = clock;
    this.files = new NewFiles(layout);
  }

  /// A mail server that is there.
  ///
  /// @param password of the first user; nobody can read it again
  /// @param link by which the first user signs in to the pages, once; empty where there are none
  public record Laid(Settings settings, String password, Optional<InvitationLink> link) {}

  /// True where the machine has such a user.
  public static boolean exists(String user) throws IOException {
    try {
      Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
      return true;
    } catch (UserPrincipalNotFoundException _) {
      return false;
    }
  }

  /// Makes everything.
  ///
  /// @param owner the user of the machine that gets the files; without one that is the owner of the
  ///   directory, or [Layout#USER] where that is root's and such a user exists
  /// @throws IOException where the disk does not do it; nothing is left behind then, nor is it
  ///   after any other exception
  public Laid lay(Answers answers, Optional<String> owner) throws IOException {
    try {
      Optional<String> to =
          owner.isPresent()
              ? owner
              : Optional.of(Layout.USER)
                  .filter(_ -> !layout.packaged())
                  .filter(user -> rootsAnd(user));
      files.directories(to);
      certificate(answers.host());
      files.settings(text(answers));
      Settings settings = load();
      keys(settings, answers.domain());
      String password = user(settings, answers.user());
      return new Laid(settings, password, link(settings, answers.user()));
    } catch (IOException | RuntimeException e) {
      files.undo();
      throw e;
    }
  }

  /// Where pages are served, whoever set the server up has a way in.
  private Optional<InvitationLink> link(Settings settings, UserName user) throws IOException {
    if (WebSettings.from(settings).pageListeners().isEmpty()) {
      return Optional.empty();
    }
    SignInSettings its = SignInSettings.from(settings);
    files.claim(its.directory());
    Token token = SignInFiles.of(its, clock).invitations().invite(user, random);
    return Optional.of(InvitationLink.of(settings, user, token));
  }

  private boolean rootsAnd(String user) {
    try {
      return layout.belongsToRoot() && exists(user);
    } catch (IOException _) {
      return false;
    }
  }

  private void certificate(DomainName host) throws IOException {
    KeyPair keys = CertificateRequest.generateKeys(random);
    Path tls = layout.tls();
    CertificateAuthority.write(keys.getPrivate(), files.claim(tls.resolve("mail.key")));
    CertificateAuthority.write(
        List.of(CertificateRequest.selfSigned(host, keys, clock.instant(), SELF_SIGNED, random)),
        files.claim(tls.resolve("mail.crt")));
    DurableFile.open(files.claim(tls.resolve("mail.csr")))
        .create(CertificateRequest.pem(host, keys));
  }

  private String text(Answers answers) {
    var parts = new ArrayList<String>();
    parts.add(
        """
        # The settings of this mail server. Every other setting has a default: facteur explain
        hostname = %s
        postmaster = "%s"

        # The DKIM keys of these domains look after themselves: facteur dkim list
        domains {
          "%s" {}
        }
        """
            .formatted(answers.host(), answers.user(), answers.domain()));
    if (layout.packaged()) {
      parts.add("directories.data = " + quoted(layout.data()) + "\n");
    }
    parts.add(
        """
        # Self-signed to begin with. mail.csr beside it asks for a certificate of the same key.
        tls {
          certificate = %s
          key = %s
        }
        """
            .formatted(quoted(tls("mail.crt")), quoted(tls("mail.key"))));
    if (answers.acme()) {
      parts.add(
          """
          # The certificate comes from here, and is renewed by itself: facteur tls status
          acme {
            directory = "https://acme-v02.api.letsencrypt.org/directory"
            accept-terms = true
          }
          """
              + (answers.ports().challenges() ? line("acme", 80, answers.ports()) : ""));
    }
    if (answers.ports().pages()) {
      parts.add(
          """
          # Pages in a browser, for this machine alone: docs/web.md says how to open them to all.
          listen.web = ["127.0.0.1:%d"]
          web.administrators = ["%s"]
          """
              .formatted(Answers.Ports.PAGES, answers.user()));
    }
    if (answers.dmarcReports()) {
      parts.add(
          """
          # Domains of which mail passes DMARC get a report each day: facteur reports sent
          reports.dmarc = true
          """);
    }
    zone(answers.zone()).ifPresent(parts::add);
    answers.smarthost().map(Foundation::text).ifPresent(parts::add);
    ports(answers.ports()).ifPresent(parts::add);
    return String.join("\n", parts);
  }

  /// As it stands in the settings: relative where everything lies below one directory.
  private Path tls(String name) {
    return layout.packaged() ? layout.tls().resolve(name) : Path.of("tls", name);
  }

  private static String quoted(Path path) {
    return quoted(path.toString());
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9/._-]+")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static Optional<String> zone(Answers.Zone zone) {
    return switch (zone) {
      case Answers.Zone.ByHand() -> Optional.empty();
      case Answers.Zone.ByCommand(Path program) ->
          Optional.of(
              "# This program writes the records of the keys.\nkeys {\n  publish = command\n"
                  + "  publish-command = "
                  + quoted(program)
                  + "\n}\n");
      case Answers.Zone.ByUpdate(Optional<String> server, Path keyFile) ->
          Optional.of(
              "# The server writes the records of its keys itself (RFC 2136).\nkeys {\n"
                  + "  publish = update\n  update-key-file = "
                  + quoted(keyFile)
                  + "\n"
                  + server.map(s -> "  update-server = \"" + s + "\"\n").orElse("")
                  + "}\n");
    };
  }

  private static String text(Answers.Smarthost smarthost) {
    return "# Our mail leaves through this server.\nsmarthost {\n  host = \""
        + smarthost.host()
        + "\"\n  port = "
        + smarthost.port()
        + "\n"
        + smarthost.user().map(user -> "  user = " + quoted(user) + "\n").orElse("")
        + smarthost.passwordFile().map(f -> "  password-file = " + quoted(f) + "\n").orElse("")
        + "}\n";
  }

  private static Optional<String> ports(Answers.Ports ports) {
    Answers.Ports standard = Answers.Ports.STANDARD;
    var lines = new StringBuilder();
    if (!ports.ipv6()) {
      lines.append("# This machine has no IPv6. Once it has, take these lines out.\n");
    }
    if (ports.moved()) {
      lines.append(
          "# Beside another mail server. Once it is gone, take these lines out: they then are 25,"
              + " 587, 465.\n");
    }
    if (!ports.ipv6() || ports.reception() != standard.reception()) {
      lines.append(line("reception", ports.reception(), ports));
    }
    if (!ports.ipv6() || ports.submission() != standard.submission()) {
      lines.append(line("submission", ports.submission(), ports));
    }
    if (!ports.ipv6() || ports.submissions() != standard.submissions()) {
      lines.append(line("submissions", ports.submissions(), ports));
    }
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.toString());
  }

  private static String line(String listener, int port, Answers.Ports ports) {
    return ports.ipv6()
        ? "listen.%s = [\"0.0.0.0:%d\", \"[::]:%d\"]\n".formatted(listener, port, port)
        : "listen.%s = [\"0.0.0.0:%d\"]\n".formatted(listener, port);
  }

  private Settings load() {
    return switch (loader.load(layout.settings())) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          throw new IllegalArgumentException(mistakes.getFirst().text().in(Language.ENGLISH));
    };
  }

  /// The first key and a spare, so that both can be published in one go.
  private void keys(Settings settings, DomainName name) throws IOException {
    KeySettings keys = KeySettings.from(settings);
    Path where = files.claim(keys.directory());
    var store = new KeyDirectory(where, keys.rsaBits(), random);
    KeyJournal journal = KeyWiring.journal(where);
    for (boolean spare : new boolean[] {false, true}) {
      if (spare && !keys.spare()) {
        continue;
      }
      String selector = keys.template().next(clock.instant(), name, s -> store.taken(name, s));
      var key = new KeyName(name, selector);
      var types = EnumSet.copyOf(keys.types());
      journal.append(
          new KeyEvent(
              clock.instant(),
              key,
              new KeyEvent.Transition.Generated(types, spare),
              spare ? "a key in reserve" : "the first key",
              "setup"));
      store.make(key, types);
    }
  }

  private String user(Settings settings, UserName name) throws IOException {
    byte[] octets = new byte[PASSWORD_OCTETS];
    random.nextBytes(octets);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    AccountsSettings accounts = AccountsSettings.from(settings);
    PasswordHash hash =
        PasswordHash.of(password.getBytes(StandardCharsets.UTF_8), accounts.cost(), random);
    new UsersFile(files.claimUsers(accounts.file()), random)
        .edit(
            users -> {
              users.put(name, new User(name, Optional.of(hash), Optional.empty(), List.of()));
              return users;
            });
    return password;
  }
}
