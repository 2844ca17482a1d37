package net.facteur.server.net;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.spi.InetAddressResolverProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class SystemNamesTest {
  @Test
  void javaAsksTheOperatingSystemAndNotTheLibraryForTheDns() {
    InetAddressResolverProvider first =
        ServiceLoader.load(InetAddressResolverProvider.class, ClassLoader.getSystemClassLoader())
            .findFirst()
            .orElseThrow();
    assertInstanceOf(SystemNames.class, first);
  }
}
