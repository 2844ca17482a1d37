package net.facteur.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.demo.NameServer;
import net.facteur.server.demo.Zone;
import net.facteur.server.demo.ZoneRecord;
import net.facteur.server.tls.CertificateAuthority;

/// The network around a server under test: the DNS, a certificate authority, and a directory.
/// `example.org` is ours at 127.0.0.2, `example.net` is the others' at 127.0.0.3.
final class World implements AutoCloseable {
  static final InetAddress OURS = loopback(2);
  static final InetAddress THEIRS = loopback(3);

  /// An address that no SPF record names.
  static final InetAddress STRANGER = loopback(4);

  private final Path directory;
  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority;
  private final NameServer names;
  private final int mxPort;

  World(Path directory) throws IOException {
    this.directory = directory;
    this.authority =
        new CertificateAuthority(
            "Facteur test CA", Duration.ofDays(2), InstantSource.system(), random);
    this.names =
        NameServer.start(
            List.of(Zone.empty(DomainName.ROOT)), new InetSocketAddress(loopback(1), 0));
    this.mxPort = freePort(THEIRS);
    CertificateAuthority.write(List.of(authority.certificate()), caFile());
    domain("example.org", OURS);
    domain("example.net", THEIRS);
  }

  private void domain(String domain, InetAddress address) {
    var host = DomainName.of("mail." + domain);
    names.add(ZoneRecord.of(domain, RecordType.MX, new MxRecord(10, host)));
    names.add(ZoneRecord.of(host.text(), RecordType.A, address));
    text(domain, "v=spf1 ip4:" + address.getHostAddress() + " -all");
  }

  /// Publishes a TXT record.
  void text(String owner, String text) {
    names.add(ZoneRecord.of(owner, RecordType.TXT, TxtRecord.of(text)));
  }

  /// Publishes the public half of a key.
  void key(String selector, String domain, DkimPrivateKey key) {
    names.add(
        ZoneRecord.of(selector + "._domainkey." + domain, RecordType.TXT, key.record().toTxt()));
  }

  Path directory() {
    return directory;
  }

  SecureRandom random() {
    return random;
  }

  CertificateAuthority authority() {
    return authority;
  }

  NameServer names() {
    return names;
  }

  /// Where the servers of `example.net` are to listen.
  InetSocketAddress theirMx() {
    return new InetSocketAddress(THEIRS, mxPort);
  }

  /// The certificate that clients must trust, PEM.
  Path caFile() {
    return directory.resolve("ca.pem");
  }

  /// All TXT records, a line each: name, tab, text.
  Path textRecords() throws IOException {
    var lines = new java.util.ArrayList<String>();
    names
        .snapshot()
        .forEach(
            (name, types) ->
                types
                    .getOrDefault("TXT", List.of())
                    .forEach(text -> lines.add(name + "\t" + text)));
    return Files.write(directory.resolve("txt-records"), lines);
  }

  /// Trusts the test's authority and nothing else.
  SSLContext trust() throws IOException {
    try {
      var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry("authority", authority.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(anchors);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /// Publishes a record.
  <T> void add(String owner, RecordType<T> type, T data) {
    names.add(ZoneRecord.of(owner, type, data));
  }

  static int freePort(InetAddress address) throws IOException {
    try (var socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    }
  }

  static InetAddress loopback(int last) {
    return loopback(0, last);
  }

  /// 127.0.`third`.`last`, for tests that need addresses of their own.
  static InetAddress loopback(int third, int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  @Override
  public void close() {
    names.close();
  }
}
