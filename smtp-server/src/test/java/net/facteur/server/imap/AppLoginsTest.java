package net.facteur.server.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.LastLogins;
import org.junit.jupiter.api.Test;

class AppLoginsTest {
  private static final String ALICE = "alice@example.org";
  private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");

  private final AppLogins logins =
      new AppLogins(new LastLogins.Key(ALICE, Optional.of("old"))::equals);

  @Test
  void theAddressesOfAnAppPasswordAreKnownFromItsFirstUseOn() {
    assertEquals(new AppLogins.Trace.From(List.of()), logins.of(ALICE, "phone"));
    logins.opened(ALICE, "phone", HOME);
    logins.opened(ALICE, "phone", HOME);
    logins.opened(ALICE, "tablet", InetAddress.ofLiteral("192.0.2.8"));
    assertEquals(new AppLogins.Trace.From(List.of(HOME)), logins.of(ALICE, "phone"));
  }

  @Test
  void whereOneWasUsedBeforeTheStartNobodyKnows() {
    logins.opened(ALICE, "old", HOME);
    assertEquals(new AppLogins.Trace.Unknown(), logins.of(ALICE, "old"));
  }

  @Test
  void oneThatCameFromVeryManyAddressesIsNotFollowed() {
    for (int i = 0; i < 200; i++) {
      logins.opened(ALICE, "phone", InetAddress.ofLiteral("192.0.2." + i));
    }
    assertEquals(new AppLogins.Trace.Unknown(), logins.of(ALICE, "phone"));
  }

  @Test
  void aDovecotThatKnowsAppPasswordsNeedsNoAddresses() {
    logins.dovecotKnows(true);
    assertEquals(new AppLogins.Trace.Named(), logins.of(ALICE, "old"));
  }
}
