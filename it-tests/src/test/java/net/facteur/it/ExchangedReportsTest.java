package net.facteur.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.report.received.FoundReport;
import net.facteur.server.report.received.ReceivedReports.DmarcSum;
import net.facteur.server.report.received.ReceivedReports.Span;
import net.facteur.server.report.received.ReportReader;
import net.facteur.server.report.received.SqlReceivedReports;
import net.facteur.server.settings.Reference;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.signing.KeyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two whole servers: one writes to the other, which reports on it.
class ExchangedReportsTest {
  private static final String CAROL = "carol@example.net";
  private static final DomainName THEIR_DOMAIN = DomainName.of("example.net");
  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

  @TempDir private Path directory;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private Instant now() {
    return Instant.now().plus(ahead.get());
  }

  /// What the other server finds on its disk.
  private Site theirs(World world, InetSocketAddress ours) throws IOException {
    Path site = Files.createDirectories(world.directory().resolve("theirs"));
    Path keys = Files.createDirectories(site.resolve("data/keys"));
    KeyFile.of(keys, "t2026", THEIR_DOMAIN, KeyType.RSA).write(TestKeys.rsa());
    world.key("t2026", THEIR_DOMAIN.text(), TestKeys.rsa());
    PasswordHash hash =
        PasswordHash.of(Site.PASSWORD.getBytes(US_ASCII), Argon2Cost.DEFAULT, world.random());
    UserName carol = UserName.parse(CAROL).orElseThrow();
    new UsersFile(site.resolve("data/users"), world.random())
        .edit(
            known -> {
              known.put(carol, new User(carol, Optional.of(hash), Optional.empty(), List.of()));
              return known;
            });
    String address = World.THEIRS.getHostAddress();
    InetSocketAddress names = world.names().address();
    return new Site(
        site,
        """
        hostname = mail.example.net
        postmaster = "%s"
        domains { "example.net" { dkim.selector = t2026 } }
        listen { reception = ["%s:%d"], submission = [], submissions = [] }
        dns.servers = ["%s:%d"]
        delivery { port = %d, sources = ["%s"] }
        queue { first-retry = 1s, longest-retry = 1s, minimum-free = 0B }
        reports { dmarc = true, hour = 0 }
        """
            .formatted(
                CAROL,
                address,
                world.theirMx().getPort(),
                names.getAddress().getHostAddress(),
                names.getPort(),
                ours.getPort(),
                address));
  }

  private static void forge(RunningServer server) throws IOException {
    try (var link = SmtpLink.open(server.reception(), World.STRANGER, "forger.example.net")) {
      String reply = link.send(Site.ALICE, CAROL, Mail.of(Site.ALICE, CAROL, "forged", "Pay!"));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  private static CommandLineRun command(Site site, String... words) {
    return CommandLineRun.of(
        Stream.concat(Stream.of(words), Stream.of("-c", site.configuration().toString()))
            .toArray(String[]::new));
  }

  /// What is counted on a domain, as it would be sent.
  private static AggregateReport counted(Site site) {
    String xml = command(site, "reports", "send", "--dry-run", "example.org").text();
    List<FoundReport> found = ReportReader.inFile(xml.getBytes(UTF_8)).reports();
    return assertInstanceOf(FoundReport.Dmarc.class, found.getFirst(), xml).report();
  }

  /// The messages that are counted by now: what came last is written a moment later.
  private static long messages(Site site) {
    String xml = command(site, "reports", "send", "--dry-run", "example.org").text();
    return ReportReader.inFile(xml.getBytes(UTF_8)).reports().stream()
        .mapToLong(found -> found instanceof FoundReport.Dmarc its ? its.report().messages() : 0)
        .sum();
  }

  private static List<DmarcSum> stored(Site site) throws IOException {
    var loaded = Reference.loader(Map.of(), Optional.empty()).load(site.configuration());
    var good = assertInstanceOf(LoadedSettings.Good.class, loaded);
    try (var reports = SqlReceivedReports.of(good.settings())) {
      return reports.sums(
          new Span(
              Optional.of("example.org"), Instant.EPOCH, Instant.now().plus(Duration.ofDays(9))),
          100);
    }
  }

  private static Entry entry(DmarcSum sum) {
    return new Entry(
        sum.sourceIp(), sum.messages(), sum.evaluated(), sum.identifiers(), sum.dkim(), sum.spf());
  }

  /// The numbers of the messages, as a text tells them.
  private static Set<String> ids(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }

  @Test
  void whatOneCountsAndReportsTheOtherStoresAndHasInItsHistory() throws Exception {
    var world = new World(directory);
    world.text("_dmarc.example.org", "v=DMARC1; p=reject; rua=mailto:dmarc-reports@example.org");
    try (var one = RunningServer.start(world, "", CryptoProviders.detect(), this::now);
        var other =
            RunningServer.start(
                world, theirs(world, one.reception()), "", CryptoProviders.detect(), this::now)) {
      for (int i = 0; i < 3; i++) {
        one.mail(CAROL);
      }
      forge(other);
      forge(other);
      Await.until(() -> "counted: " + messages(other.site()), () -> messages(other.site()) == 5);
      AggregateReport counted = counted(other.site());
      Map<String, Long> sources =
          counted.entries().stream()
              .collect(
                  Collectors.groupingBy(Entry::sourceIp, Collectors.summingLong(Entry::count)));
      assertEquals(Map.of("127.0.0.2", 3L, "127.0.0.4", 2L), sources);
      Set<String> sent = ids(ID, one.why(CAROL));
      assertEquals(3, sent.size(), one.why(CAROL));
      tomorrow();
      CommandLineRun run = command(other.site(), "reports", "send", "--now");
      assertEquals(0, run.code(), run.text());
      Await.until(() -> "nothing is stored", () -> !stored(one.site()).isEmpty());
      assertEquals(
          Set.copyOf(counted.entries()),
          stored(one.site()).stream().map(ExchangedReportsTest::entry).collect(Collectors.toSet()));
    }
  }

  private void tomorrow() {
    Instant noon =
        LocalDate.ofInstant(now(), ZoneOffset.UTC)
            .plusDays(1)
            .atTime(12, 0)
            .toInstant(ZoneOffset.UTC);
    ahead.set(Duration.between(Instant.now(), noon));
  }
}
