package net.facteur.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.ScramRecord;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// What one side's server finds on its disk: settings, certificate, keys, users.
///
/// @param party whose
/// @param directory everything lies below it
/// @param keys the domain's DKIM keys
/// @param certificate the server's own
record Site(Party party, Path directory, TrialKeys keys, ServerCertificate certificate) {
  /// Little, since nobody guesses 100 random bits, and these passwords live for an hour.
  private static final int SCRAM_ITERATIONS = 4_096;

  private static final Argon2Cost COST = new Argon2Cost(1024, 1, 1);

  /// Makes keys and certificate and writes all files.
  ///
  /// @param names the name server that the server shall ask
  static Site build(
      Party party,
      Path directory,
      CertificateAuthority authority,
      InetSocketAddress names,
      SecureRandom random)
      throws IOException {
    DurableDirectory.secret(directory.resolve("data")).make();
    ServerCertificate certificate =
        authority.issue(List.of(new HostPattern(false, party.host())), List.of(party.address()));
    CertificateAuthority.write(certificate.chain(), directory.resolve("server.pem"));
    CertificateAuthority.write(certificate.key(), directory.resolve("server.key"));
    TrialKeys keys = TrialKeys.generate(party.domain(), random);
    keys.write(directory.resolve("data/keys"));
    var site = new Site(party, directory, keys, certificate);
    DurableFile.secret(site.configuration()).replace(site.settings(names));
    site.writeUsers(random);
    return site;
  }

  private void writeUsers(SecureRandom random) throws IOException {
    var users = new UsersFile(directory.resolve("data/users"), random);
    users.edit(
        known -> {
          for (Party.Login login : party.users()) {
            byte[] password = login.password().getBytes(StandardCharsets.US_ASCII);
            UserName name = UserName.parse(login.address()).orElseThrow();
            known.put(
                name,
                new User(
                    name,
                    Optional.of(PasswordHash.of(password, COST, random)),
                    Optional.of(ScramRecord.of(login.password(), SCRAM_ITERATIONS, random)),
                    List.of()));
          }
          return known;
        });
  }

  Path configuration() {
    return directory.resolve("mail.conf");
  }

  /// Where the server's Maildirs are.
  Path mail() {
    return directory.resolve("data/mail");
  }

  Path log() {
    return directory.resolve("server.log");
  }

  private String settings(InetSocketAddress names) {
    String address = party.address().getHostAddress();
    return """
    # Generated for the trial.
    hostname = %s
    postmaster = "%s"
    domains { "%s" { dkim.selector = %s } }
    listen {
      reception = ["%s:%d"]
      submission = ["%s:%d"]
      submissions = ["%s:%d"]
    }
    tls { certificate = server.pem, key = server.key }
    dns.servers = ["%s:%d"]
    delivery {
      # Mail servers listen at port 25 in earnest.
      port = %d
      sources = ["%s"]
    }
    """
        .formatted(
            party.host(),
            party.user().address(),
            party.domain(),
            Party.SELECTOR,
            address,
            party.ports().reception(),
            address,
            party.ports().submission(),
            address,
            party.ports().submissions(),
            names.getAddress().getHostAddress(),
            names.getPort(),
            party.ports().reception(),
            address);
  }
}
