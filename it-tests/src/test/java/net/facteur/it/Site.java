package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// What the server of `example.org` finds on its disk.
///
/// @param directory everything lies below it
/// @param base the settings that every test has
record Site(Path directory, String base) {
  static final String HOST = "mail.example.org";
  static final String ALICE = "alice@example.org";
  static final String BOB = "bob@example.org";
  static final String PASSWORD = "right-horse-7";
  static final String SELECTOR = "s2026";

  private static final DomainName DOMAIN = DomainName.of("example.org");

  /// Made once, since RSA keys take their time.
  private static final class Keys {
    private static final DkimPrivateKey RSA = TestKeys.rsa();
    private static final DkimPrivateKey ED25519 = TestKeys.ed25519();
  }

  /// Writes keys, certificate, users and settings, and publishes the keys.
  ///
  /// @param reception port 0 for any free one
  /// @param submission likewise
  static Site build(World world, int reception, int submission) throws IOException {
    Path directory = Files.createDirectories(world.directory().resolve("site"));
    Path keys = Files.createDirectories(directory.resolve("data/keys"));
    var certificate =
        world
            .authority()
            .issue(List.of(new HostPattern(false, DomainName.of(HOST))), List.of(World.OURS));
    CertificateAuthority.write(certificate.chain(), directory.resolve("server.pem"));
    CertificateAuthority.write(certificate.key(), directory.resolve("server.key"));
    KeyFile.of(keys, SELECTOR, DOMAIN, KeyType.RSA).write(Keys.RSA);
    KeyFile.of(keys, SELECTOR, DOMAIN, KeyType.ED25519).write(Keys.ED25519);
    world.key(SELECTOR, DOMAIN.text(), Keys.RSA);
    world.key(SELECTOR + "-ed", DOMAIN.text(), Keys.ED25519);
    var site = new Site(directory, settings(world, reception, submission));
    site.writeUsers(world.random());
    site.configure("");
    return site;
  }

  private static String settings(World world, int reception, int submission) {
    InetSocketAddress names = world.names().address();
    String ours = World.OURS.getHostAddress();
    return """
    hostname = %s
    postmaster = "%s"
    domains { "%s" { dkim.selector = %s } }
    listen {
      reception = ["%s:%d"]
      submission = ["%s:%d"]
      submissions = []
    }
    tls { certificate = server.pem, key = server.key }
    dns.servers = ["%s:%d"]
    delivery { port = %d, sources = ["%s"] }
    queue { first-retry = 1s, longest-retry = 1s, minimum-free = 0B }
    sending { # tests send more in a minute than people in a week
      per-hour = 0, per-day = 0, new-per-day = 0, unknown-percent = 0, signs-of-theft = no
      sessions = 0, networks = 0, forwards-per-hour = 0
    }
    """
        .formatted(
            HOST,
            ALICE,
            DOMAIN,
            SELECTOR,
            ours,
            reception,
            ours,
            submission,
            names.getAddress().getHostAddress(),
            names.getPort(),
            world.theirMx().getPort(),
            ours);
  }

  private void writeUsers(SecureRandom random) throws IOException {
    byte[] password = PASSWORD.getBytes(StandardCharsets.US_ASCII);
    PasswordHash hash = PasswordHash.of(password, Argon2Cost.DEFAULT, random);
    new UsersFile(data().resolve("users"), random)
        .edit(
            known -> {
              for (String address : List.of(ALICE, BOB)) {
                UserName name = UserName.parse(address).orElseThrow();
                known.put(name, new User(name, Optional.of(hash), Optional.empty(), List.of()));
              }
              return known;
            });
  }

  /// Writes the settings file anew, with `more` at its end.
  void configure(String more) throws IOException {
    Files.writeString(configuration(), base + more + "\n");
  }

  Path configuration() {
    return directory.resolve("mail.conf");
  }

  Path data() {
    return directory.resolve("data");
  }

  /// The mailbox of a user of `example.org`.
  Maildir mailbox(String address) {
    String name = address.substring(0, address.indexOf('@'));
    return new Maildir(data().resolve("mail/example.org").resolve(name).resolve("Maildir"));
  }
}
