package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.demo.NameServer;
import net.facteur.server.demo.Zone;
import net.facteur.server.demo.ZoneRecord;
import net.facteur.server.keys.PinnedSelectors.Verdict;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.settings.Reference;
import net.facteur.server.signing.KeyFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whether a server may start with a selector that stands in its settings.
class PinnedCheckTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName OWNER = DomainName.of("mine._domainkey.example.org");

  @TempDir Path directory = Path.of("");
  private DkimPrivateKey key = DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
  private NameServer server;

  @BeforeEach
  void start() throws IOException {
    key = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    KeyFile.of(directory.resolve("data/keys"), "mine", ORG, KeyType.RSA).write(key);
    server =
        NameServer.start(
            List.of(
                Zone.of(
                    ORG,
                    ZoneRecord.of("example.org", RecordType.TXT, TxtRecord.of("v=spf1 -all")))),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private PinnedSelectors selectors(Map<String, String> environment) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\ndirectories.data = data\n"
            + "keys.name-server-port = "
            + server.address().getPort()
            + "\n");
    Settings settings =
        switch (Reference.loader(environment, Optional.empty()).load(file)) {
          case LoadedSettings.Good(Settings read) -> read;
          case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
        };
    return new KeyWiring(
            KeySettings.from(settings),
            directory.resolve("data/keys"),
            ZoneResolver.of(
                Map.of(
                    "example.org", Map.of("NS", List.of("ns.example.org")),
                    "ns.example.org", Map.of("A", List.of("127.0.0.1")))),
            DkimCrypto.standard(),
            new SecureRandom(),
            InstantSource.system())
        .pinned();
  }

  private Optional<String> missing() throws IOException {
    PinnedSelectors selectors = selectors(Map.of("DKIM_SELECTOR_EXAMPLE_ORG", "mine"));
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      return PinnedCheck.missing(
          PinnedCheck.look(Set.of(ORG), selectors::look, workers, Duration.ofSeconds(60)));
    }
  }

  private void refused() throws IOException {
    String why = missing().orElse("nothing is missing");
    assertTrue(why.contains("the settings pin the selector mine of example.org"), why);
    assertTrue(why.contains("mine._domainkey.example.org. IN TXT"), why);
    assertTrue(why.contains("DKIM_SELECTOR"), why);
  }

  @Test
  void aSelectorWithItsRecordMayStart() throws IOException {
    server.put(OWNER, RecordType.TXT, key.record().toTxt());
    assertEquals(Optional.empty(), missing());
  }

  @Test
  void aRecordThatDoesNotExistStopsTheStart() throws IOException {
    refused();
  }

  @Test
  void aNameWithoutATextStopsTheStart() throws IOException {
    server.put(OWNER, RecordType.A, InetAddress.getLoopbackAddress());
    refused();
  }

  @Test
  void aRecordOfAnotherKeyStopsTheStart() throws IOException {
    var other = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
    server.put(OWNER, RecordType.TXT, other.record().toTxt());
    refused();
  }

  @Test
  void aRevokedRecordStopsTheStart() throws IOException {
    server.put(OWNER, RecordType.TXT, key.record().revoke().toTxt());
    refused();
  }

  @ParameterizedTest
  @EnumSource(
      value = NameServer.Failure.class,
      names = {"SERVFAIL", "REFUSED"})
  void whereTheDnsCannotBeAskedTheServerStarts(NameServer.Failure failure) throws IOException {
    server.fail(OWNER, failure);
    assertEquals(Optional.empty(), missing());
    assertTrue(
        selectors(Map.of("DKIM_SELECTOR", "mine")).look(ORG) instanceof Verdict.Unknown(Text why)
            && why.in(Language.ENGLISH).contains("gave no answer"));
  }

  @Test
  void aNetworkThatSwallowsEverythingDoesNotHoldTheStartUp() throws IOException {
    var never = new CountDownLatch(1);
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<DomainName, Verdict> looked =
          PinnedCheck.look(
              Set.of(ORG, DomainName.of("example.net")),
              _ -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return new Verdict.Missing(Text.of("too late"), Text.nothing());
              },
              workers,
              Duration.ofMillis(50));
      assertEquals(Optional.empty(), PinnedCheck.missing(looked));
      never.countDown();
    }
  }

  @Test
  void aDomainWithoutASelectorInTheSettingsIsNotLookedAt() throws IOException {
    assertEquals(new Verdict.Published(""), selectors(Map.of()).look(ORG));
  }
}
