package net.facteur.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contexts under a real listener, against the JDK as the client.
class TlsHandshakeTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(TlsSettings.Provider.class)
  void clientsGetTheCertificateTheyAskForAndTheNewOneAfterASwap(TlsSettings.Provider provider)
      throws Exception {
    var authority =
        new CertificateAuthority("Trial CA", Duration.ofDays(1), InstantSource.system(), RANDOM);
    CertificateFiles first = write(authority, "mail.asso.test");
    CertificateFiles second = write(authority, "mail.friends.test");
    var settings = new TlsSettings(List.of(first, second), Duration.ofSeconds(1), provider);
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (var served = new ServerCertificates(settings, SwapGuard.ALLOW, InstantSource.system())) {
      Channel listener =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(new SniHandler((Mapping<String, SslContext>) served::forName));
                    }
                  })
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      var address = (InetSocketAddress) listener.localAddress();
      SSLContext client = trusting(authority.certificate());
      assertEquals(
          served.certificate("mail.asso.test").leaf(),
          handshake(client, address, "mail.asso.test", "TLSv1.3"));
      assertEquals(
          served.certificate("mail.friends.test").leaf(),
          handshake(client, address, "mail.friends.test", "TLSv1.2"));
      X509Certificate before = served.certificate("mail.friends.test").leaf();
      write(authority, "mail.friends.test");
      assertTrue(served.refresh());
      X509Certificate after = handshake(client, address, "mail.friends.test", "TLSv1.3");
      assertEquals(served.certificate("mail.friends.test").leaf(), after);
      assertTrue(!before.equals(after));
      assertThrows(
          SSLHandshakeException.class,
          () -> handshake(trusting(first(provider)), address, "mail.asso.test", "TLSv1.3"));
      listener.close().sync();
    } finally {
      group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }
  }

  private static X509Certificate first(TlsSettings.Provider provider) {
    return new CertificateAuthority(
            "Another CA for " + provider, Duration.ofDays(1), InstantSource.system(), RANDOM)
        .certificate();
  }

  private CertificateFiles write(CertificateAuthority authority, String name) throws Exception {
    ServerCertificate issued = authority.issue(DomainName.of(name));
    var files =
        CertificateFiles.of(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
    CertificateAuthority.write(issued.chain(), files.chain());
    CertificateAuthority.write(issued.key(), files.key());
    return files;
  }

  private static X509Certificate handshake(
      SSLContext context, InetSocketAddress address, String name, String protocol)
      throws Exception {
    try (var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLContext trusting(X509Certificate authority) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", authority);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), RANDOM);
    return context;
  }
}
