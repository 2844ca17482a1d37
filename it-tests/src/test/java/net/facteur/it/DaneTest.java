package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundAgent;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.settings.Reference;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// DANE in zones that are really signed, and Postfix as the measure.
@RequiresProgram({Program.BIND, Program.UNBOUND})
class DaneTest {
  private static final InetAddress RESOLVER = World.loopback(77, 53);

  /// With STARTTLS and the right certificate; without STARTTLS; with an old certificate.
  private static final InetAddress SAFE = World.loopback(77, 1);

  private static final InetAddress STRIPPED = World.loopback(77, 2);
  private static final InetAddress OLD = World.loopback(77, 3);

  /// What became of mail to a domain below `test`.
  private static final Map<String, String> EXPECTED = new LinkedHashMap<>();

  static {
    EXPECTED.put("signed", "verified");
    EXPECTED.put("mismatch.signed", "deferred");
    EXPECTED.put("stripped.signed", "deferred");
    EXPECTED.put("alias.signed", "verified");
    EXPECTED.put("mixed.signed", "verified");
    EXPECTED.put("unusable.signed", "encrypted");
    EXPECTED.put("unusable-stripped.signed", "deferred");
    EXPECTED.put("authority.signed", "verified");
    EXPECTED.put("authority-name.signed", "deferred");
    EXPECTED.put("old.signed", "verified");
    EXPECTED.put("servfail.signed", "deferred");
    EXPECTED.put("none.signed", "encrypted");
    EXPECTED.put("none-stripped.signed", "clear");
    EXPECTED.put("agility.signed", "deferred");
    EXPECTED.put("roll.signed", "verified");
    EXPECTED.put("plain", "encrypted");
    EXPECTED.put("stripped.plain", "clear");
    EXPECTED.put("hosted.plain", "trusted"); // the host, not that it is the destination's
    EXPECTED.put("hosted-mismatch.plain", "deferred");
    EXPECTED.put("bogus", "deferred");
    EXPECTED.put("expired", "deferred");
  }

  private static final MessageContent CONTENT =
      new MessageContent() {
        @Override
        public byte[] header() {
          return "Subject: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public long bodySize() {
          return 7;
        }

        @Override
        public InputStream openBody() {
          return new ByteArrayInputStream("Hello\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      };

  @TempDir private Path directory;
  private final SecureRandom random = new SecureRandom();
  private int port;
  private ServerCertificate certificate;
  private SignedZones zones;
  private TlsMx safe;
  private TlsMx stripped;
  private TlsMx old;

  @BeforeEach
  void start() throws Exception {
    port = World.freePort(SAFE);
    var authority = authority(InstantSource.system());
    var elder = authority(InstantSource.fixed(Instant.parse("2020-01-01T00:00:00Z")));
    certificate = withAuthority(authority, "mx.signed.test", "mx.authority.signed.test");
    var attackers = authority(InstantSource.system()).issue(DomainName.of("mx.signed.test"));
    ServerCertificate expired = elder.issue(DomainName.of("mx.signed.test"));
    safe = new TlsMx(new InetSocketAddress(SAFE, port), certificate, attackers, TlsMx.Path.CLEAR);
    stripped =
        new TlsMx(
            new InetSocketAddress(STRIPPED, port), certificate, attackers, TlsMx.Path.STRIPPED);
    old = new TlsMx(new InetSocketAddress(OLD, port), expired, attackers, TlsMx.Path.CLEAR);
    int resolverPort = isRoot() ? 53 : World.freePort(RESOLVER);
    zones =
        SignedZones.start(
            new InetSocketAddress(RESOLVER, resolverPort),
            signed(expired),
            """
            @ MX 10 mx
            mx A 127.0.77.1
            stripped MX 10 mx.stripped
            mx.stripped A 127.0.77.2
            hosted MX 10 mx.signed.test.
            hosted-mismatch MX 10 mx.mismatch.signed.test.
            """);
  }

  private static ServerCertificate withAuthority(CertificateAuthority authority, String... names) {
    var patterns = Stream.of(names).map(HostPattern::of).toList();
    ServerCertificate issued = authority.issue(patterns, List.of());
    return new ServerCertificate(
        patterns, List.of(issued.leaf(), authority.certificate()), issued.key());
  }

  private CertificateAuthority authority(InstantSource clock) {
    return new CertificateAuthority("Facteur test CA", Duration.ofDays(2), clock, random);
  }

  private String signed(ServerCertificate expired) {
    String right = TlsaRecords.ofKey(certificate.leaf()).toString();
    String wrong = "3 1 1 " + "ab".repeat(32);
    String stronger = "3 1 2 " + "ab".repeat(64);
    String above = TlsaRecords.ofAuthority(certificate.chain().getLast()).toString();
    String ofOld = TlsaRecords.ofKey(expired.leaf()).toString();
    return host("@", "mx", SAFE, right)
        + host("mismatch", "mx.mismatch", SAFE, wrong)
        + host("stripped", "mx.stripped", STRIPPED, right)
        + "alias MX 10 mx.alias\nmx.alias CNAME mx\n"
        + host("mixed", "mx1.mixed", SAFE, wrong)
        + "mixed MX 20 mx\n"
        + host("unusable", "mx.unusable", SAFE, "1 1 1 " + "ab".repeat(32))
        + host("unusable-stripped", "mx.unusable-stripped", STRIPPED, "0 0 1 " + "ab".repeat(32))
        // the host's full name is in the certificate, its alias is not
        + "authority MX 10 authority-mx\nauthority-mx CNAME mx.authority\n"
        + "mx.authority A 127.0.77.1\n_%d._tcp.mx.authority TLSA %s\n".formatted(port, above)
        + host("authority-name", "mx.authority-name", SAFE, above)
        + host("old", "mx.old", OLD, ofOld)
        + "servfail MX 10 broken\nbroken A 127.0.77.1\n"
        + "none MX 10 mx.none\nmx.none A 127.0.77.1\n"
        + "none-stripped MX 10 mx.none-stripped\nmx.none-stripped A 127.0.77.2\n"
        + host("agility", "mx.agility", SAFE, right)
        + "_%d._tcp.mx.agility TLSA %s\n".formatted(port, stronger)
        + host("roll", "mx.roll", SAFE, right)
        + "_%d._tcp.mx.roll TLSA %s\n".formatted(port, wrong);
  }

  private String host(String domain, String name, InetAddress address, String tlsa) {
    return "%s MX 10 %s\n%s A %s\n_%d._tcp.%s TLSA %s\n"
        .formatted(domain, name, name, address.getHostAddress(), port, name, tlsa);
  }

  @AfterEach
  void stop() throws IOException {
    for (AutoCloseable part : new AutoCloseable[] {zones, safe, stripped, old}) {
      if (part instanceof SignedZones z) {
        z.close();
      } else if (part instanceof TlsMx mx) {
        mx.close();
      }
    }
  }

  /// All domains, without the `test` at their end.
  static Set<String> domains() {
    return EXPECTED.keySet();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private String settings() {
    return """
    hostname = mail.example.org
    domains { "example.org" {} }
    dns { servers = ["%s:%d"], dnssec = required, trust-anchors = "%s" }
    delivery.port = %d
    """
        .formatted(
            RESOLVER.getHostAddress(), zones.resolver().getPort(), zones.trustAnchor(), port);
  }

  private Settings read() throws IOException {
    Path file = Files.writeString(directory.resolve("mail.conf"), settings());
    return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
      case LoadedSettings.Good(var settings) -> settings;
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  private TransportSecurity security(Settings settings) throws IOException {
    return TransportSecurity.of(
        settings, random, InstantSource.system(), _ -> MtaStsPolicies.NONE, TlsReporter.NONE);
  }

  @Test
  void answersAreSecureInsecureOrBogusAsTheZonesAre() throws Exception {
    TransportSecurity security = security(read());
    assertEquals("VALIDATING", security.dnssec().status().mode().name());
    Map<String, String> expected =
        Map.of(
            "signed.test MX", "Records secure",
            "plain.test MX", "Records",
            "nothing.signed.test MX", "NxDomain secure",
            "mx.signed.test MX", "NoData secure",
            "nothing.plain.test MX", "NxDomain",
            "mx.alias.signed.test A", "Records secure",
            "bogus.test MX", "Bogus",
            "expired.test MX", "Bogus",
            "nothing.test MX", "NxDomain",
            "_25._tcp.broken.signed.test TLSA", "Bogus");
    var found = new LinkedHashMap<String, String>();
    for (String question : expected.keySet()) {
      String[] parts = question.split(" ", -1);
      RecordType<?> type =
          switch (parts[1]) {
            case "MX" -> RecordType.MX;
            case "TLSA" -> RecordType.TLSA;
            default -> RecordType.A;
          };
      Answer<?> answer = security.dnssec().lookup(DomainName.of(parts[0]), type);
      found.put(
          question,
          answer.getClass().getSimpleName()
              + switch (answer) {
                case Answer.Records<?> r -> r.secure() ? " secure" : "";
                case Answer.NoData<?> n -> n.secure() ? " secure" : "";
                case Answer.NxDomain<?> n -> n.secure() ? " secure" : "";
                case Answer.Failed<?>(String reason) -> " " + reason;
                case Answer.Bogus<?> _ -> "";
              });
    }
    assertEquals(expected, found);
  }

  @Test
  void eachDestinationIsProtectedAsItPublishes() throws Exception {
    Map<String, String> ours = new LinkedHashMap<>();
    Settings settings = read();
    TransportSecurity security = security(settings);
    try (var agent =
        new OutboundAgent(
            DeliverySettings.from(settings),
            security.resolver(),
            security.tls(),
            _ -> Map.of(),
            random)) {
      for (String domain : EXPECTED.keySet()) {
        ours.put(domain, outcome(agent, domain + ".test"));
      }
    }
    assertEquals(EXPECTED, ours);
    for (TlsMx mx : List.of(safe, old)) {
      assertTrue(mx.taken().stream().allMatch(TlsMx.Taken::tls), mx.taken().toString());
    }
    assertEquals(
        Set.of("x@none-stripped.signed.test", "x@stripped.plain.test"),
        Set.copyOf(stripped.taken().stream().map(TlsMx.Taken::recipient).toList()));
  }

  private String outcome(OutboundAgent agent, String domain) {
    var destination = new Destination("mx:" + domain);
    var recipient = Recipient.of(new MailAddress("x", domain), destination);
    Map<Recipient, DeliveryOutcome> outcomes =
        agent.deliver(
            new DeliveryAttempt(
                QueueId.next(InstantSource.system(), random),
                ReversePath.Null.NULL,
                destination,
                List.of(recipient),
                CONTENT,
                MessageTraits.PLAIN,
                1,
                Instant.now(),
                false));
    return switch (Objects.requireNonNull(outcomes.get(recipient))) {
      case DeliveryOutcome.Delivered delivered -> level(delivered.remote().orElseThrow().tls());
      case DeliveryOutcome.Deferred _ -> "deferred";
      case DeliveryOutcome.Failed failed -> failed.toString();
    };
  }

  private static String level(String tls) {
    if (tls.startsWith("none")) {
      return "clear";
    }
    if (tls.contains("got dane (host trusted")) {
      return "trusted";
    }
    return tls.contains("got dane") ? "verified" : "encrypted";
  }

  @Test
  void mailWaitsWhileAnAttackerIsInTheMiddleAndArrivesAfterwards() throws Exception {
    for (TlsMx.Path attack : List.of(TlsMx.Path.STRIPPED, TlsMx.Path.SWAPPED)) {
      safe.path(attack);
      int taken = safe.taken().size();
      try (var server =
          RunningServer.start(Files.createDirectory(directory.resolve(attack.name())), more())) {
        server.mail("x@signed.test");
        server.awaitDeferred(
            "x@signed.test",
            attack == TlsMx.Path.STRIPPED ? "does not offer STARTTLS" : "usable TLSA record");
        assertEquals(taken, safe.taken().size(), attack.toString());
        safe.path(TlsMx.Path.CLEAR);
        server.retryUntil(() -> "not delivered", () -> safe.taken().size() > taken);
      }
      assertTrue(safe.taken().stream().allMatch(TlsMx.Taken::tls));
    }
  }

  private String more() {
    return """
    dns { servers = ["%s:%d"], dnssec = required, trust-anchors = "%s" }
    delivery { port = %d, sources = [] }
    """
        .formatted(
            RESOLVER.getHostAddress(), zones.resolver().getPort(), zones.trustAnchor(), port);
  }

  /// Postfix asks the resolvers of `/etc/resolv.conf` and no others, so it sees one of its own.
  @Test
  @RequiresProgram({Program.BIND, Program.UNBOUND, Program.POSTFIX})
  void postfixDecidesAlike() throws Exception {
    if (!isRoot() || Command.run("unshare", "-m", "true").exitCode() != 0) {
      ProgramCondition.notRun("as root with leave to make mount namespaces");
    }
    Map<String, String> theirs = new TreeMap<>();
    try (var postfix = DanePostfix.start(zones.resolver(), port)) {
      for (String domain : EXPECTED.keySet()) {
        postfix.submit("x@" + domain + ".test");
      }
      for (String domain : EXPECTED.keySet()) {
        theirs.put(domain, postfix.outcome("x@" + domain + ".test"));
      }
    }
    EXPECTED.forEach(
        (domain, ours) ->
            System.out.printf(
                Locale.ROOT,
                "%-28s facteur %-10s postfix %s%n",
                domain + ".test",
                ours,
                theirs.get(domain)));
    assertEquals(new TreeMap<>(EXPECTED), theirs);
  }
}
