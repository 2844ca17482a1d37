package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;

/// OpenLDAP's slapd with people and groups of `example.org`, in the foreground, with settings of
/// its own.
final class Slapd implements AutoCloseable {
  static final String PASSWORD = "left-horse-8";
  static final String MACHINE = "machine-9";

  private final PeerDirectory directory;
  private final int plain;
  private final int tls;
  private Process process;

  private Slapd(PeerDirectory directory, int plain, int tls) throws Exception {
    this.directory = directory;
    this.plain = plain;
    this.tls = tls;
    this.process = run();
  }

  /// Starts it with a certificate for `localhost` of the world's authority.
  static Slapd start(CertificateAuthority authority, ServerCertificate certificate)
      throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    Files.createDirectories(directory.resolve("db"));
    CertificateAuthority.write(certificate.chain(), directory.resolve("server.pem"));
    CertificateAuthority.write(certificate.key(), directory.resolve("server.key"));
    CertificateAuthority.write(List.of(authority.certificate()), directory.resolve("ca.pem"));
    Files.writeString(
        directory.resolve("slapd.conf"),
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        attributetype ( 1.3.6.1.4.1.7914.1.2.1.8 NAME 'mailQuotaSize'
          EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
        modulepath /usr/lib/ldap
        moduleload back_mdb
        pidfile %1$s/pid
        TLSCACertificateFile %1$s/ca.pem
        TLSCertificateFile %1$s/server.pem
        TLSCertificateKeyFile %1$s/server.key
        database mdb
        suffix "dc=example,dc=org"
        directory %1$s/db
        index mail,uid,member eq
        access to attrs=userPassword by anonymous auth by * none
        access to * by dn.exact="cn=facteur,dc=example,dc=org" read by anonymous auth by * none
        """
            .formatted(directory));
    Path people = directory.resolve("people.ldif");
    Files.writeString(people, people());
    Command added =
        Command.run(
            "/usr/sbin/slapadd",
            "-f",
            directory.resolve("slapd.conf").toString(),
            "-l",
            people.toString());
    if (added.exitCode() != 0) {
      throw new AssertionError(added.output());
    }
    return new Slapd(directory, World.freePort(World.OURS), World.freePort(World.OURS));
  }

  private static String people() {
    return """
    dn: dc=example,dc=org
    objectClass: domain
    dc: example

    dn: cn=facteur,dc=example,dc=org
    objectClass: applicationProcess
    objectClass: simpleSecurityObject
    cn: facteur
    userPassword: %2$s

    dn: uid=carol,dc=example,dc=org
    objectClass: inetOrgPerson
    objectClass: extensibleObject
    cn: Carol
    sn: C
    uid: carol
    userPassword: %1$s
    mail: carol@example.org
    mail: Ventes@Example.ORG
    mailQuotaSize: 1073741824

    dn: uid=dave,dc=example,dc=org
    objectClass: inetOrgPerson
    cn: Dave
    sn: D
    uid: dave
    userPassword: %1$s
    mail: dave@example.org

    dn: uid=bob,dc=example,dc=org
    objectClass: inetOrgPerson
    cn: Bob
    sn: B
    uid: bob
    userPassword: %1$s
    mail: bob@example.org

    dn: cn=team,dc=example,dc=org
    objectClass: groupOfNames
    objectClass: extensibleObject
    cn: team
    mail: team@example.org
    member: uid=carol,dc=example,dc=org
    member: uid=dave,dc=example,dc=org
    """
        .formatted(PASSWORD, MACHINE);
  }

  private Process run() throws Exception {
    String host = World.OURS.getHostAddress();
    Process started =
        new ProcessBuilder(
                Program.SLAPD.path(),
                "-d",
                "0",
                "-h",
                "ldap://%1$s:%2$d ldaps://%1$s:%3$d".formatted(host, plain, tls),
                "-f",
                directory.resolve("slapd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try {
      Await.until(() -> "slapd: " + directory.text("log"), this::answers);
      return started;
    } catch (Exception | AssertionError e) {
      Command.stop(started);
      throw e;
    }
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(World.OURS, tls), 1000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  String plain() {
    return "ldap://" + World.OURS.getHostAddress() + ":" + plain;
  }

  String secure() {
    return "ldaps://" + World.OURS.getHostAddress() + ":" + tls;
  }

  Path authority() {
    return directory.resolve("ca.pem");
  }

  /// Writes the password of the server's own entry.
  Path password(String password) throws IOException {
    return Files.writeString(directory.resolve("password"), password + "\n");
  }

  void down() {
    Command.stop(process);
  }

  void up() throws Exception {
    process = run();
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
