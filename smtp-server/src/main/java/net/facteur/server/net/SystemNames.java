package net.facteur.server.net;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/// Keeps the look-ups that Java makes by itself, such as that of the machine's own name, with the
/// operating system.
///
/// dnsjava brings a provider that would take them over: it reads no `nsswitch.conf`, and waits for
/// name servers even where `/etc/hosts` has the answer. Java takes the first provider on the class
/// path, so the program's own jar stands first there.
public final class SystemNames extends InetAddressResolverProvider {
  /// Called by [java.util.ServiceLoader].
  public SystemNames() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return configuration.builtinResolver();
  }

  @Override
  public String name() {
    return "the operating system";
  }
}
