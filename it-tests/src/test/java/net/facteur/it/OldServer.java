package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// A Postfix of `example.org` with Dovecot, OpenDKIM and postsrsd, all of Debian's packages, in a
/// tree of its own. Its key is in the DNS. Needs root.
///
/// `-Dtree.postfix=DIRECTORY` takes a tree that has the packages already.
final class OldServer implements AutoCloseable {
  static final String SELECTOR = "s2024";

  private static final String PACKAGES =
      "postfix dovecot-core dovecot-lmtpd opendkim opendkim-tools postsrsd";

  private final DebianTree tree;

  private OldServer(DebianTree tree) {
    this.tree = tree;
  }

  /// Installs and starts it.
  ///
  /// @param later where the mail exchanger of `later.test` listens
  static OldServer start(
      World world,
      InetSocketAddress reception,
      InetSocketAddress submission,
      InetSocketAddress later,
      Path directory)
      throws Exception {
    String given = System.getProperty("tree.postfix", "");
    DebianTree tree =
        given.isEmpty()
            ? DebianTree.fresh("bookworm", directory)
            : DebianTree.copy(Path.of(given), directory);
    var server = new OldServer(tree);
    try {
      if (given.isEmpty()) {
        tree.enter("apt-get update && apt-get install -y --no-install-recommends " + PACKAGES)
            .succeeded();
      }
      Path certbot = Files.createDirectories(server.at("etc/letsencrypt/live/" + Site.HOST));
      var certificate =
          world
              .authority()
              .issue(
                  List.of(new HostPattern(false, DomainName.of(Site.HOST))), List.of(World.OURS));
      CertificateAuthority.write(certificate.chain(), certbot.resolve("fullchain.pem"));
      CertificateAuthority.write(certificate.key(), certbot.resolve("privkey.pem"));
      Files.writeString(
          server.at("root/places"),
          """
          OURS=%s
          RECEPTION=%d
          SUBMISSION=%d
          THEIRS=%s
          LATER=%s
          OUT=%d
          SRS_FORWARD=%d
          SRS_REVERSE=%d
          PASSWORD=%s
          """
              .formatted(
                  World.OURS.getHostAddress(),
                  reception.getPort(),
                  submission.getPort(),
                  World.THEIRS.getHostAddress(),
                  later.getAddress().getHostAddress(),
                  later.getPort(),
                  World.freePort(World.loopback(1)),
                  World.freePort(World.loopback(1)),
                  Site.PASSWORD));
      tree.bring(List.of(Path.of("src/test/resources/debian/old-server.sh")));
      tree.enter("sh -e /root/old-server.sh").succeeded();
      String key = Files.readString(server.at("etc/opendkim/keys/example.org/s2024.private"));
      world.key(SELECTOR, "example.org", DkimPrivateKey.parse(key).toOptional().orElseThrow());
      tree.hold();
      server.run(
          "for name in postsrsd opendkim dovecot postfix; do service $name start; done >/dev/null");
      Await.until(server::log, () -> answers(reception) && answers(submission));
      return server;
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
  }

  private static boolean answers(InetSocketAddress address) {
    try {
      SmtpLink.open(address).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// A file of the old machine.
  Path at(String path) {
    return tree.path().resolve(path);
  }

  Path root() {
    return tree.path();
  }

  /// What the operator types, as root.
  String run(String script) throws IOException {
    return tree.run(script).succeeded();
  }

  Maildir mailbox(String user) {
    return new Maildir(at("var/vmail/example.org").resolve(user).resolve("Maildir"));
  }

  /// What Postfix and Dovecot said so far.
  String log() throws IOException {
    var text = new StringBuilder();
    for (String name : List.of("mail.log", "dovecot.log")) {
      Path log = at("var/log").resolve(name);
      if (Files.exists(log)) {
        text.append(Files.readString(log));
      }
    }
    return text.toString();
  }

  /// Ends its processes, and removes it.
  @Override
  public void close() throws IOException {
    tree.close();
  }
}
