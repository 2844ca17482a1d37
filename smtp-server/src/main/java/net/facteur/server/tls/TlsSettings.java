package net.facteur.server.tls;

import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// Which certificates the listeners serve, and how.
///
/// @param certificates the first is for clients that name no host or an unknown one
/// @param pollInterval how often the files are looked at for a change, at least one second
/// @param provider the TLS implementation
public record TlsSettings(
    List<CertificateFiles> certificates, Duration pollInterval, Provider provider) {
  public static final Setting<Path> CERTIFICATE =
      Setting.optional(
          "tls.certificate",
          path(),
          "no TLS, so that users cannot hand in mail",
          "/etc/letsencrypt/live/mail.example.org/fullchain.pem",
          "The certificate of this host with its chain, PEM. The file is read again when it"
              + " changes.");

  public static final Setting<Path> KEY =
      Setting.optional(
          "tls.key",
          path(),
          "none",
          "/etc/letsencrypt/live/mail.example.org/privkey.pem",
          "The private key of the certificate, PEM, readable by the server alone.");

  public static final Setting<Path> NAME_CERTIFICATE =
      Setting.optional(
              "tls.names.*.certificate",
              path(),
              "none",
              "/etc/letsencrypt/live/smtp.example.com/fullchain.pem",
              "The certificate for clients that ask for this name (SNI).")
          .named("smtp.example.com");

  public static final Setting<Path> NAME_KEY =
      Setting.optional(
              "tls.names.*.key",
              path(),
              "none",
              "/etc/letsencrypt/live/smtp.example.com/privkey.pem",
              "Its private key.")
          .named("smtp.example.com");

  /// Rows about certificates.
  public static final Rows ROWS = Rows.of(CERTIFICATE, KEY, NAME_CERTIFICATE, NAME_KEY);

  /// Short enough that nobody waits for a renewed certificate, long enough to cost nothing.
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(10);

  public TlsSettings {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("TLS needs at least one certificate");
    }
    if (pollInterval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("certificate files are polled at most once a second");
    }
  }

  /// Empty where there is no certificate. The one for clients that name no host has no names.
  public static Optional<TlsSettings> from(Settings settings) {
    List<CertificateFiles> files = new ArrayList<>();
    Optional<Path> chain = settings.find(CERTIFICATE);
    if (chain.isPresent()) {
      files.add(
          CertificateFiles.of(settings.resolve(chain.get()), settings.resolve(settings.get(KEY))));
    }
    for (String name : settings.names("tls.names")) {
      files.add(
          new CertificateFiles(
              List.of(HostPattern.of(name)),
              settings.resolve(settings.get(NAME_CERTIFICATE, name)),
              settings.resolve(settings.get(NAME_KEY, name))));
    }
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(of(files.toArray(CertificateFiles[]::new)));
  }

  /// The default settings with these certificates.
  public static TlsSettings of(CertificateFiles... certificates) {
    return new TlsSettings(List.of(certificates), DEFAULT_POLL_INTERVAL, Provider.BEST);
  }

  /// The same with another certificate by default.
  public TlsSettings withFirst(CertificateFiles first) {
    var files = new ArrayList<>(certificates);
    files.set(0, first);
    return new TlsSettings(files, pollInterval, provider);
  }

  /// The TLS implementation behind the listeners.
  public enum Provider {
    /// BoringSSL where its native library loads, the JDK elsewhere.
    BEST,
    /// The JDK's own.
    JDK
  }

  /// One certificate and its key.
  ///
  /// @param names the host names it is for, `*.` standing for one label; empty for the names in the
  ///   certificate itself
  /// @param chain PEM: the server's certificate first, then the intermediate ones
  /// @param key PEM: PKCS#8, PKCS#1 or SEC1, not encrypted, RSA or ECDSA
  public record CertificateFiles(List<HostPattern> names, Path chain, Path key) {
    public CertificateFiles {
      names = List.copyOf(names);
    }

    public static CertificateFiles of(Path chain, Path key) {
      return new CertificateFiles(List.of(), chain, key);
    }
  }

  /// A host name, or all names one label below it.
  ///
  /// @param wildcard true for `*.name`
  /// @param name without the `*.`
  /// @spec https://www.rfc-editor.org/rfc/rfc9525#section-6.3 RFC 9525, section 6.3: Matching the
  ///   DNS Domain Name Portion
  public record HostPattern(boolean wildcard, DomainName name) {
    /// Reads `mail.example.org` or `*.example.org`.
    ///
    /// @throws IllegalArgumentException where it is neither
    public static HostPattern of(String text) {
      boolean wildcard = text.startsWith("*.");
      return new HostPattern(wildcard, DomainName.of(wildcard ? text.substring(2) : text));
    }

    @Override
    public String toString() {
      return wildcard ? "*." + name : name.toString();
    }
  }
}
