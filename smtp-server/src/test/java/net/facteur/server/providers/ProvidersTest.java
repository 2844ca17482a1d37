package net.facteur.server.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.server.counts.SqlCountStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {
  private static final Providers TABLE = Providers.shipped();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));

  @TempDir Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "gmail-smtp-in.l.google.com, google",
    "ASPMX.L.GOOGLE.COM., google",
    "aspmx2.googlemail.com, google",
    "example-fr.mail.protection.outlook.com, microsoft",
    "hotmail-com.olc.protection.outlook.com, microsoft",
    "example-fr.a-v1.mx.microsoft, microsoft",
    "mta5.am0.yahoodns.net, yahoo",
    "mx1.mail.yahoo.co.jp, yahoo-japan",
    "smtp-in.orange.fr, orange",
    "mx1.free.fr, free",
    "smtpz4.laposte.net, laposte",
    "mx00.emig.gmx.net, gmx",
    "mx-ha02.web.de, gmx",
    "mx00.t-online.de, t-online",
    "mx01.mail.icloud.com, icloud",
    "mxs.mail.ru, mail-ru",
    "mx0a-00123456.pphosted.com, proofpoint",
    "eu-smtp-inbound-1.mimecast.com, mimecast",
    "mx1.mail.ovh.net, ovh",
    "mail.example.org, example.org",
    "mx.west.example.co.uk, example.co.uk",
    "example.com, example.com",
    "mx00.lab.de, lab.de",
    "localhost, localhost",
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
  })
  void aMailExchangerBelongsToAProvider(String host, String provider) {
    assertEquals(provider, TABLE.of(host).name());
  }

  @Test
  void aHostThatOnlyEndsLikeABigOneIsNotItsOwn() {
    assertEquals("notgoogle.com", TABLE.of("mx.notgoogle.com").name());
    assertEquals("example.net", TABLE.of("google.com.example.net").name());
  }

  @Test
  void bigProvidersHaveNamesForPeople() {
    assertEquals("Google (Gmail, Workspace)", TABLE.of("smtp.google.com").title());
    assertTrue(TABLE.all().size() > 60);
    assertEquals(Optional.of("orange"), TABLE.ofDomain("Wanadoo.FR").map(Provider::name));
  }

  @Test
  void aSmarthostIsAProviderOfItsOwn() {
    assertEquals("smtp.gmail.com", TABLE.smarthost("SMTP.gmail.com").name());
  }

  @Test
  void whatStrangersNameTheirHostsNeverFails() {
    assertEquals(Provider.OTHER, TABLE.of(""));
    assertEquals(Provider.OTHER, TABLE.of("."));
    assertEquals(Provider.OTHER, TABLE.of("a b\u0000.c d"));
    assertEquals(Provider.OTHER, TABLE.of("..."));
  }

  @Test
  void whereADomainLiesIsRememberedOverARestart() throws IOException {
    try (var store = SqlCountStore.in(directory, now::get)) {
      var first = new DomainProviders(TABLE, store, now::get);
      assertEquals(Optional.empty(), first.of("verein.example"));
      first.exchange();
      first.met("Verein.example", "verein-example.mail.protection.outlook.com");
      first.met("club.example", "mx.club.example");
      first.exchange();

      var second = new DomainProviders(TABLE, store, now::get);
      second.exchange();
      assertEquals(Optional.of("microsoft"), second.of("verein.example").map(Provider::name));
      second.met("verein.example", "aspmx.l.google.com");
      second.exchange();

      now.set(now.get().plus(Duration.ofDays(29)));
      var third = new DomainProviders(TABLE, store, now::get);
      third.exchange();
      assertEquals(Optional.of("google"), third.of("verein.example").map(Provider::name));
      third.met("verein.example", "aspmx.l.google.com");
      now.set(now.get().plus(Duration.ofDays(20)));
      third.exchange();
      assertEquals(Optional.empty(), third.of("club.example"));
      assertEquals(Optional.of("google"), third.of("verein.example").map(Provider::name));
      assertEquals(1, store.texts(DomainProviders.PART).size());
    }
  }

  @Test
  void aDomainOfABigOneIsKnownBeforeTheFirstAttempt() {
    try (var store = SqlCountStore.in(directory, now::get)) {
      assertEquals(
          Optional.of("google"),
          new DomainProviders(TABLE, store, now::get).of("gmail.com").map(Provider::name));
    }
  }
}
