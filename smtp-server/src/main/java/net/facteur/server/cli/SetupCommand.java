package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.keys.KeyDirectory;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.CertificateRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "setup",
    description = {
      "Set up a mail server for a domain: settings, DKIM keys, a first user, a TLS key, and the"
          + " records for the DNS.",
      "Nothing that exists is overwritten; if a step fails, everything is undone."
    })
final class SetupCommand implements Callable<Integer> {
  private static final Duration SELF_SIGNED = Duration.ofDays(3650);
  private static final int PASSWORD_OCTETS = 15;

  /// The user of the unit that is shipped.
  private static final String SERVICE = "facteur";

  private final Workplace workplace;

  @Parameters(paramLabel = "DOMAIN", description = "Such as example.org.")
  private String domain = "";

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where everything goes; ${DEFAULT-VALUE} without.",
      defaultValue = ".")
  private Path directory = Path.of(".");

  @Option(
      names = {"-y", "--yes"},
      description = "Ask nothing, take what is suggested.")
  private boolean yes;

  @Option(names = "--hostname", paramLabel = "NAME", description = "The name of the mail server.")
  private @Nullable String hostname;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "The first user, who is also the postmaster.")
  private @Nullable String user;

  @Option(
      names = "--owner",
      paramLabel = "USER",
      description =
          "As root: the user of the machine that gets the files. Without it that is the owner of"
              + " DIR, or facteur where DIR is root's and such a user exists.")
  private @Nullable String owner;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ZoneOptions zone = new ZoneOptions();

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  SetupCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// What was made, to be undone in the opposite order.
  private static final class Made {
    private final List<Path> paths = new ArrayList<>();

    void directory(Path path) throws IOException {
      if (!Files.isDirectory(path)) {
        Path parent = path.getParent();
        if (parent != null) {
          directory(parent);
        }
        new DurableDirectory(path, Access.GROUP).make();
        paths.add(path);
      }
    }

    /// Something that must not exist yet.
    Path claim(Path path) {
      refuseTaken(path);
      paths.add(path);
      return path;
    }

    void undo() throws IOException {
      for (Path path : paths.reversed()) {
        if (Files.isDirectory(path)) {
          try (Stream<Path> within = Files.walk(path)) {
            for (Path each : within.sorted(Comparator.reverseOrder()).toList()) {
              Files.deleteIfExists(each);
            }
          }
        } else {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /// What was asked or suggested.
  private record Answers(DomainName domain, DomainName host, UserName user) {}

  @Override
  public Integer call() throws IOException {
    Answers answers = answers();
    List<InetAddress> addresses = zone.addresses();
    String authority = zone.authority();
    Path home = directory.toAbsolutePath().normalize();
    if (dryRun) {
      return tryOut(home, answers);
    }
    var made = new Made();
    try {
      made.directory(home.resolve("conf"));
      Path conf = made.claim(home.resolve("conf/mail.conf"));
      made.claim(home.resolve("data"));
      made.claim(home.resolve("tls"));
      DurableDirectory.secret(home.resolve("data")).make();
      DurableDirectory.secret(home.resolve("tls")).make();
      Optional<String> to = owner(home);
      if (to.isPresent()) {
        for (Path path : made.paths) {
          if (Files.isDirectory(path)) {
            DurableDirectory.secret(path).give(to.get());
          }
        }
      }
      certificate(home.resolve("tls"), answers.host());
      DurableFile.open(conf).create(settings(answers));
      Settings settings = load(conf);
      keys(settings, answers.domain());
      String password = user(settings, answers.user());
      var plans =
          new ZonePlans(
              settings,
              workplace
                  .dns()
                  .resolver(
                      ResolverSettings.from(settings).servers(),
                      ResolverSettings.from(settings).proof()),
              addresses,
              authority);
      var plan = plans.of(answers.domain());
      explain(home, conf, answers);
      DnsCommand.print(workplace, List.of(plan), DnsCommand.Format.bind, text -> typed(conf, text));
      // Last, when nothing can go wrong any more; and not among the lines to paste.
      workplace
          .err()
          .println(
              "\nThe first user is "
                  + answers.user()
                  + "; the password is shown this once:\n    password: "
                  + password);
      return Facteur.OK;
    } catch (IOException | RuntimeException e) {
      made.undo();
      throw e;
    }
  }

  /// To whom the files are given; empty where they belong to the owner of their directory, who is
  /// not root, or where nobody but root can have them.
  private Optional<String> owner(Path home) throws IOException {
    String named = owner;
    if (named != null) {
      if (!exists(home, named)) {
        throw new CommandFailedException(
            "There is no user " + named + " on this machine.",
            "Make it first: useradd --system --shell /usr/sbin/nologin " + named);
      }
      return Optional.of(named);
    }
    boolean roots = Files.getOwner(home).getName().equals("root");
    return roots && exists(home, SERVICE) ? Optional.of(SERVICE) : Optional.empty();
  }

  private static boolean exists(Path home, String user) throws IOException {
    try {
      home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
      return true;
    } catch (UserPrincipalNotFoundException _) {
      return false;
    }
  }

  private int tryOut(Path home, Answers answers) {
    for (String path : List.of("conf/mail.conf", "data", "tls")) {
      refuseTaken(home.resolve(path));
    }
    workplace
        .out()
        .println(
            "It would be done: "
                + answers.domain()
                + " is set up in "
                + home
                + ", as "
                + answers.host()
                + ", with the user "
                + answers.user()
                + ": settings, DKIM keys, a TLS key with a self-signed certificate and a request"
                + " for a better one; and its records are printed.");
    return Facteur.OK;
  }

  private static void refuseTaken(Path path) {
    if (Files.exists(path)) {
      throw new CommandFailedException(
          path + " exists already; nothing is overwritten.",
          "Choose another --dir, or move it away first.");
    }
  }

  private Answers answers() throws IOException {
    DomainName name = DkimKeys.domain(domain);
    var in = new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8));
    String host = ask(in, "The name of the mail server", hostname, "mail." + name);
    String first = ask(in, "The first user, who is also the postmaster", user, "admin");
    String address = first.contains("@") ? first : first + "@" + name;
    UserName userName =
        UserName.parse(address)
            .filter(u -> u.domain().equals(name))
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        "`" + address + "` cannot be a user of " + name + ".",
                        "Type --user alice"));
    return new Answers(name, DkimKeys.domain(host), userName);
  }

  private String ask(BufferedReader in, String question, @Nullable String given, String suggested)
      throws IOException {
    if (given != null || yes) {
      return given == null ? suggested : given;
    }
    workplace.out().print(question + " [" + suggested + "]: ");
    workplace.out().flush();
    String line = in.readLine();
    return line == null || line.isBlank() ? suggested : line.strip();
  }

  private void certificate(Path tls, DomainName host) throws IOException {
    KeyPair keys = CertificateRequest.generateKeys(workplace.random());
    CertificateAuthority.write(keys.getPrivate(), tls.resolve("mail.key"));
    CertificateAuthority.write(
        List.of(
            CertificateRequest.selfSigned(
                host, keys, workplace.clock().instant(), SELF_SIGNED, workplace.random())),
        tls.resolve("mail.crt"));
    DurableFile.open(tls.resolve("mail.csr")).create(CertificateRequest.pem(host, keys));
  }

  private static String settings(Answers answers) {
    return """
    # The settings of this mail server. Every other setting has a default: facteur explain
    hostname = %s
    postmaster = "%s"

    # The DKIM keys of these domains look after themselves: facteur dkim list
    domains {
      "%s" {}
    }

    # Self-signed to begin with. tls/mail.csr asks for a certificate of the same key.
    tls {
      certificate = tls/mail.crt
      key = tls/mail.key
    }
    """
        .formatted(answers.host(), answers.user(), answers.domain());
  }

  private Settings load(Path conf) {
    return switch (workplace.loader().load(conf)) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          throw new CommandFailedException(
              "The settings would be wrong: " + mistakes.getFirst().text(), "");
    };
  }

  /// The first key and a spare, so that both can be published in one go.
  private void keys(Settings settings, DomainName name) throws IOException {
    KeySettings keys = KeySettings.from(settings);
    Path where = new DkimKeys(settings, name).directory();
    var store = new KeyDirectory(where, keys.rsaBits(), workplace.random());
    KeyJournal journal = KeyWiring.journal(where);
    for (boolean spare : new boolean[] {false, true}) {
      if (spare && !keys.spare()) {
        continue;
      }
      String selector =
          keys.template().next(workplace.clock().instant(), name, s -> store.taken(name, s));
      var key = new KeyName(name, selector);
      var types = EnumSet.copyOf(keys.types());
      journal.append(
          new KeyEvent(
              workplace.clock().instant(),
              key,
              new KeyEvent.Transition.Generated(types, spare),
              spare ? "a key in reserve" : "the first key",
              "setup"));
      store.make(key, types);
    }
  }

  private String user(Settings settings, UserName name) throws IOException {
    byte[] octets = new byte[PASSWORD_OCTETS];
    workplace.random().nextBytes(octets);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    AccountsSettings accounts = AccountsSettings.from(settings);
    PasswordHash hash =
        PasswordHash.of(
            password.getBytes(StandardCharsets.UTF_8), accounts.cost(), workplace.random());
    new UsersFile(accounts.file(), workplace.random())
        .edit(
            users -> {
              users.put(name, new User(name, Optional.of(hash), Optional.empty(), List.of()));
              return users;
            });
    return password;
  }

  private void explain(Path home, Path conf, Answers answers) {
    var out = workplace.out();
    out.println("; " + workplace.green("ok") + ": " + answers.domain() + " is set up in " + home);
    typed(
            conf,
            """
            ;   conf/mail.conf   the settings
            ;   data/keys        the DKIM keys, RSA and Ed25519, and one of each in reserve
            ;   tls/mail.key     the TLS key, with a self-signed certificate (mail.crt) and
            ;                    a request for a better one (mail.csr)
            ;
            ; Next: paste the records below into the DNS, then type
            ;   facteur check
            ;   facteur run
            ; Signing begins by itself when every name server has the keys.
            ;   facteur doctor
            ;\
            """)
        .lines()
        .forEach(out::println);
  }

  /// A text with commands, which read the settings that were made.
  private String typed(Path conf, String text) {
    CommandSpec mine = spec;
    return mine == null ? text : workplace.typed(mine.root(), Optional.of(conf), text);
  }
}
