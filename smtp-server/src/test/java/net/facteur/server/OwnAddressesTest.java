package net.facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
  private static Settings settings(String more) {
    var loader = Reference.loader(Map.of(), Optional.empty());
    return assertInstanceOf(
            LoadedSettings.Good.class,
            loader.parse("hostname = mail.example.org\n" + more, Path.of("mail.conf")))
        .settings();
  }

  @Test
  void theSettingsNameWhatARouterTranslates() throws Exception {
    Settings behind =
        settings("listen.own-addresses = [203.0.113.7, \"2001:db8::7\"]\nlisten.reception = []\n");
    Set<String> literals = OwnAddresses.literals(behind);
    assertTrue(literals.contains("[203.0.113.7]"), literals::toString);
    assertTrue(literals.contains("[IPv6:2001:db8::7]"), literals::toString);
    assertEquals(
        Set.of(InetAddress.getByName("203.0.113.7"), InetAddress.getByName("2001:db8::7")),
        OwnAddresses.exchanger(behind, 25));
    assertFalse(OwnAddresses.literals(settings("")).contains("[203.0.113.7]"));
  }

  @Test
  void anExchangerIsThisServerWhereItListensOnThePortOfDelivery() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    InetAddress other = InetAddress.getByName("192.0.2.9");
    Settings one = settings("listen.reception = [\"192.0.2.9:25\", \"127.0.0.1:2525\"]\n");
    assertEquals(Set.of(other), OwnAddresses.exchanger(one, 25));
    assertEquals(Set.of(loopback), OwnAddresses.exchanger(one, 2525));
    assertEquals(Set.of(), OwnAddresses.exchanger(one, 26));
    Settings all = settings("listen.reception = [\"0.0.0.0:25\"]\n");
    assertTrue(OwnAddresses.exchanger(all, 25).contains(loopback), "every interface is meant");
    assertTrue(OwnAddresses.exchanger(settings(""), 25).contains(loopback), "the default, too");
  }
}
