package net.facteur.server.signing;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimCrypto;

/// The cryptographic libraries that run on this machine, fastest first.
///
/// Amazon Corretto's brings native code for some platforms only; where it cannot be loaded,
/// [DkimCrypto] falls back to the JDK and Bouncy Castle, which are slower and always there.
public final class CryptoProviders {
  private final List<Provider> providers;

  private CryptoProviders(List<Provider> providers) {
    this.providers = List.copyOf(providers);
  }

  /// Loads what there is; costs some tens of milliseconds, so do it once.
  public static CryptoProviders detect() {
    return new CryptoProviders(corretto().map(List::of).orElse(List.of()));
  }

  /// These libraries before the JDK's own, best first.
  public static CryptoProviders of(List<Provider> providers) {
    return new CryptoProviders(providers);
  }

  private static Optional<Provider> corretto() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
    } catch (LinkageError e) {
      return Optional.empty(); // no native library for this platform
    }
  }

  /// The native libraries, best first; empty where none runs.
  public List<Provider> providers() {
    return providers;
  }

  /// Signing and verifying with them.
  public DkimCrypto crypto() {
    return new DkimCrypto(providers);
  }

  /// Their names for the log, such as `AmazonCorrettoCryptoProvider, JDK`.
  public String names() {
    var names = new ArrayList<String>();
    providers.forEach(provider -> names.add(provider.getName()));
    names.add("JDK");
    return String.join(", ", names);
  }
}
