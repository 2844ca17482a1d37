package net.facteur.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The Postfix of `friends.test` on a machine of its own, with a certificate that its zone names
/// (DANE).
final class Correspondent implements AutoCloseable {
  static final String ADDRESS = "192.0.2.20";

  private final LinkedHosts hosts;
  private final PeerDirectory directory;

  private Correspondent(LinkedHosts hosts, PeerDirectory directory) {
    this.hosts = hosts;
    this.directory = directory;
  }

  /// Makes settings, and a key and certificate.
  static Correspondent make(LinkedHosts hosts) throws IOException {
    var postfix = new Correspondent(hosts, PeerDirectory.make());
    for (String name : List.of("etc", "spool", "lib", "mail")) {
      Files.createDirectory(postfix.directory.resolve(name));
    }
    Path etc = postfix.directory.resolve("etc");
    Command.run(
            Program.OPENSSL.path(),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-days",
            "30",
            "-subj",
            "/CN=mx.friends.test",
            "-keyout",
            etc.resolve("key.pem").toString(),
            "-out",
            etc.resolve("cert.pem").toString())
        .succeeded();
    Files.copy(Path.of("/etc/postfix/master.cf"), etc.resolve("master.cf"));
    Files.writeString(
        etc.resolve("main.cf"),
        """
        compatibility_level = 3.6
        queue_directory = %1$s/spool
        data_directory = %1$s/lib
        maillog_file = %1$s/log
        maillog_file_prefixes = %1$s
        myhostname = mx.friends.test
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = %2$s
        inet_protocols = ipv4
        alias_maps =
        smtpd_tls_cert_file = %1$s/etc/cert.pem
        smtpd_tls_key_file = %1$s/etc/key.pem
        smtpd_tls_security_level = may
        smtp_tls_security_level = may
        smtp_tls_loglevel = 1
        virtual_mailbox_domains = friends.test
        virtual_mailbox_base = %1$s/mail
        virtual_mailbox_maps = inline:{carol@friends.test=carol/}
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        virtual_minimum_uid = 100
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        """
            .formatted(postfix.directory, ADDRESS));
    Command.run("chown", "postfix", postfix.directory.resolve("lib").toString()).succeeded();
    Command.run("chown", "nobody:nogroup", postfix.directory.resolve("mail").toString())
        .succeeded();
    return postfix;
  }

  /// The records of `friends.test`.
  String records() throws Exception {
    Path certificate = directory.resolve("etc/cert.pem");
    Path octets = directory.resolve("etc/cert.der");
    Command.run(
            Program.OPENSSL.path(),
            "x509",
            "-in",
            certificate.toString(),
            "-outform",
            "DER",
            "-out",
            octets.toString())
        .succeeded();
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(octets)));
    return """
    @ MX 10 mx
    mx A %1$s
    @ TXT "v=spf1 ip4:%1$s -all"
    mx TXT "v=spf1 ip4:%1$s -all"
    _25._tcp.mx TLSA 3 0 1 %2$s
    """
        .formatted(ADDRESS, digest);
  }

  void start() throws Exception {
    command("postconf", "-F", "*/*/chroot=n").succeeded();
    command("postfix", "start").succeeded();
    Await.until(this::log, () -> log().contains("daemon started"));
  }

  private Command command(String program, String... more) throws IOException {
    var line =
        new ArrayList<>(List.of("/usr/sbin/" + program, "-c", directory.resolve("etc").toString()));
    line.addAll(List.of(more));
    return hosts.run("friends", line.toArray(String[]::new));
  }

  /// Sends a message.
  void send(Mail mail, String recipient) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("message"),
            mail.text().replace("\r\n", "\n"),
            StandardCharsets.ISO_8859_1);
    hosts
        .run(
            "friends",
            "sh",
            "-ec",
            "exec /usr/sbin/sendmail -C \"$0\" -f carol@friends.test \"$1\" <\"$2\"",
            directory.resolve("etc").toString(),
            recipient,
            file.toString())
        .succeeded();
  }

  Maildir carol() {
    return new Maildir(directory.resolve("mail/carol"));
  }

  String log() {
    return directory.text("log");
  }

  @Override
  public void close() throws IOException {
    command("postfix", "stop");
    directory.delete();
  }
}
