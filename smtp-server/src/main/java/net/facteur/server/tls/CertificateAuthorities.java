package net.facteur.server.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// Whom we trust as a client, and who we are.
public final class CertificateAuthorities {
  private static final int MAX_AUTHORITIES = 1000;

  private CertificateAuthorities() {}

  /// The authorities of the Java platform.
  public static X509TrustManager platform() {
    return manager(Optional.empty());
  }

  /// The authorities in a file, PEM, and no others.
  ///
  /// @throws InvalidCertificateException where it cannot be read or holds none
  public static X509TrustManager read(Path file) throws InvalidCertificateException {
    List<X509Certificate> certificates = PemFiles.certificates(file, MAX_AUTHORITIES);
    return of(certificates);
  }

  /// These authorities and no others.
  public static X509TrustManager of(List<X509Certificate> authorities) {
    try {
      KeyStore store = emptyStore();
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      return manager(Optional.of(store));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no key store in this Java platform", e);
    }
  }

  /// A client that trusts them.
  public static SSLContext context(X509TrustManager authorities) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {authorities}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static X509TrustManager manager(Optional<KeyStore> store) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store.orElse(null));
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no trust anchors in this Java platform", e);
    }
  }

  /// A certificate with its key, to be shown to servers that ask.
  ///
  /// @throws InvalidCertificateException where the pair cannot be used
  public static KeyManager identity(CertificateFiles files) throws InvalidCertificateException {
    ServerCertificate pair = PemFiles.read(files);
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "client", pair.key(), new char[0], pair.chain().toArray(X509Certificate[]::new));
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return factory.getKeyManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new InvalidCertificateException(TlsTexts.SAY.noClient(files.chain()), e);
    }
  }
}
