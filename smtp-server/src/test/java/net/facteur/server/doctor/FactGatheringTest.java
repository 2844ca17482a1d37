package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactGatheringTest {
  @TempDir private Path home;

  private ServerFacts facts(String text) throws IOException {
    var loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse("hostname = mail.example.org\n" + text, home.resolve("mail.conf"));
    return FactGathering.of(
        assertInstanceOf(LoadedSettings.Good.class, loaded).settings(),
        Optional.empty(),
        Optional.empty(),
        ZoneResolver.of(Map.of()),
        new ClockExamTest.Alone(),
        _ -> {
          throw new AssertionError("no policy is asked for");
        },
        InstantSource.fixed(Instant.parse("2026-11-30T00:00:00Z")));
  }

  /// The doctor's own connection would wait for a greeting that comes behind the proxy's header.
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:25, 192.0.2.10, true",
    "0.0.0.0:25, 127.0.0.1, false",
    "127.0.0.2:25, 127.0.0.0/8, false",
    "127.0.0.2:25, 127.0.0.1, true",
  })
  void theListenerIsNotTriedByAMachineThatIsTakenForAProxy(
      String listener, String proxies, boolean tried) throws IOException {
    var facts =
        facts(
            "listen { reception = [\""
                + listener
                + "\"], trusted-proxies = [\""
                + proxies
                + "\"] }");
    assertEquals(tried, facts.reception().isPresent());
  }

  @Test
  void addressIsUnreadIfItsMailIsRefusedOrThrownAway() throws IOException {
    var facts =
        facts(
            "domains { \"example.org\" {} }\npostmaster = \"hostmaster@example.com\"\n"
                + "aliases { info = \"alice@example.com\" }\n"
                + "discarded-addresses = [noreply]\nrefused-addresses = [tls-reports]");
    for (String unread : List.of("dmarc", "noreply", "tls-reports")) {
      assertTrue(facts.unread().test(new MailAddress(unread, "example.org")), unread);
    }
    for (String read : List.of("dmarc-reports", "info", "postmaster")) {
      assertFalse(facts.unread().test(new MailAddress(read, "example.org")), read);
    }
    assertFalse(facts.unread().test(new MailAddress("dmarc", "example.com")));
  }

  @Test
  void backupsAreTheDomainsOfOthersThatGoByTheirRecords() throws IOException {
    var facts =
        facts("relay-domains { \"friend.example\" {}, \"inner.example\" { host = 10.0.0.2 } }");
    assertEquals(Set.of(DomainName.of("friend.example")), facts.backups());
  }
}
