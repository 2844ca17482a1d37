package net.facteur.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.SrvRecord;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

class NameServerTest {
  private static final String LONG_TEXT = "v=test1; " + "0123456789".repeat(200);

  private NameServer server;

  @BeforeEach
  void start() throws Exception {
    Zone asso =
        Zone.of(
            DomainName.of("asso.test"),
            ZoneRecord.of(
                "asso.test", RecordType.MX, new MxRecord(10, DomainName.of("mx.asso.test"))),
            ZoneRecord.of("mx.asso.test", RecordType.A, ip("192.0.2.2")),
            ZoneRecord.of("mx.asso.test", RecordType.AAAA, ip("2001:db8::2")),
            ZoneRecord.of("mail.asso.test", RecordType.CNAME, DomainName.of("mx.asso.test")),
            ZoneRecord.of("away.asso.test", RecordType.CNAME, DomainName.of("host.friends.test")),
            ZoneRecord.of("out.asso.test", RecordType.CNAME, DomainName.of("host.example.org")),
            ZoneRecord.of("loop.asso.test", RecordType.CNAME, DomainName.of("loop.asso.test")),
            ZoneRecord.of("s._domainkey.asso.test", RecordType.TXT, TxtRecord.of(LONG_TEXT)),
            ZoneRecord.of(
                "odd.asso.test", RecordType.TXT, TxtRecord.of("a\\b \"c\"; \u00e9\u0000")),
            ZoneRecord.of(
                "_25._tcp.mx.asso.test",
                RecordType.TLSA,
                new TlsaRecord(3, 1, 1, HexFormat.of().parseHex("00ff10"))),
            ZoneRecord.of(
                "_submission._tcp.asso.test",
                RecordType.SRV,
                new SrvRecord(0, 1, 587, DomainName.of("mx.asso.test"))));
    Zone friends =
        Zone.of(
            DomainName.of("friends.test"),
            ZoneRecord.of("host.friends.test", RecordType.A, ip("192.0.2.3")));
    server =
        NameServer.start(
            List.of(Zone.empty(DomainName.of("test")), asso, friends),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersEveryTypeWithAuthority() throws Exception {
    assertAnswer("asso.test", Type.MX, "10 mx.asso.test.");
    assertAnswer("mx.asso.test", Type.A, "192.0.2.2");
    assertAnswer("mx.asso.test", Type.AAAA, "2001:db8:0:0:0:0:0:2");
    assertAnswer("_submission._tcp.asso.test", Type.SRV, "0 1 587 mx.asso.test.");
    assertAnswer("_25._tcp.mx.asso.test", Type.TLSA, "3 1 1 00FF10");
    Message any = ask("mx.asso.test", Type.ANY);
    assertEquals(2, any.getSection(Section.ANSWER).size());
    assertTrue(any.getHeader().getFlag(Flags.AA));
    assertFalse(any.getHeader().getFlag(Flags.RA));
  }

  @Test
  void deniesNamesAndTypesWithTheZonesSoa() throws Exception {
    assertDenied("nobody.asso.test", Type.A, Rcode.NXDOMAIN, "asso.test.");
    assertDenied("nobody.test", Type.A, Rcode.NXDOMAIN, "test.");
    assertDenied("mx.asso.test", Type.MX, Rcode.NOERROR, "asso.test.");
    // Nothing stands at these, but something below them does.
    assertDenied("_domainkey.asso.test", Type.TXT, Rcode.NOERROR, "asso.test.");
    assertDenied("test", Type.A, Rcode.NOERROR, "test.");
    assertDenied("friends.test", Type.MX, Rcode.NOERROR, "friends.test.");
  }

  @Test
  void refusesNamesThatAreNotItsOwn() throws Exception {
    Message answer = ask("example.org", Type.A);
    assertEquals(Rcode.REFUSED, answer.getRcode());
    assertFalse(answer.getHeader().getFlag(Flags.AA));
  }

  @Test
  void followsAliasesWithinItsZones() throws Exception {
    assertEquals(List.of("mx.asso.test.", "192.0.2.2"), data(ask("mail.asso.test", Type.A)));
    assertEquals(List.of("host.friends.test.", "192.0.2.3"), data(ask("away.asso.test", Type.A)));
    assertEquals(List.of("host.example.org."), data(ask("out.asso.test", Type.A)));
    assertEquals(List.of("mx.asso.test."), data(ask("mail.asso.test", Type.CNAME)));
    assertDenied("mail.asso.test", Type.MX, Rcode.NOERROR, "asso.test.");
    assertTrue(ask("loop.asso.test", Type.A).getSection(Section.ANSWER).size() < 20);
  }

  @Test
  void truncatesForUdpAndTellsAllOverTcp() throws Exception {
    var resolver = resolver();
    resolver.setIgnoreTruncation(true);
    resolver.setEDNS(-1);
    Message cut = resolver.send(query("s._domainkey.asso.test", Type.TXT));
    assertTrue(cut.getHeader().getFlag(Flags.TC));
    assertEquals(0, cut.getSection(Section.ANSWER).size());
    // The resolver comes back over TCP by itself.
    Message whole = ask("s._domainkey.asso.test", Type.TXT);
    assertEquals(
        LONG_TEXT,
        String.join("", ((TXTRecord) whole.getSection(Section.ANSWER).getFirst()).getStrings()));
  }

  @Test
  void takesTheSizeThatEdnsOffers() throws Exception {
    server.put(DomainName.of("medium.asso.test"), RecordType.TXT, TxtRecord.of("x".repeat(900)));
    var resolver = resolver();
    resolver.setIgnoreTruncation(true);
    resolver.setEDNS(-1);
    assertTrue(resolver.send(query("medium.asso.test", Type.TXT)).getHeader().getFlag(Flags.TC));
    resolver.setEDNS(0, 4096, 0, List.of());
    Message answer = resolver.send(query("medium.asso.test", Type.TXT));
    assertFalse(answer.getHeader().getFlag(Flags.TC));
    assertTrue(answer.getOPT() != null);
    resolver.setEDNS(-1);
    Message later = query("medium.asso.test", Type.TXT);
    later.addRecord(new OPTRecord(4096, 0, 1), Section.ADDITIONAL);
    assertEquals(Rcode.BADVERS, resolver.send(later).getRcode());
  }

  @Test
  void keepsEveryOctetOfText() throws Exception {
    var record = (TXTRecord) ask("odd.asso.test", Type.TXT).getSection(Section.ANSWER).getFirst();
    assertEquals(
        "a\\b \"c\"; \u00e9\u0000",
        new String(
            record.getStringsAsByteArrays().getFirst(),
            java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Test
  void changesAreSeenAtOnce() throws Exception {
    DomainName key = DomainName.of("k._domainkey.friends.test");
    assertEquals(Rcode.NXDOMAIN, ask(key.text(), Type.TXT).getRcode());
    server.put(key, RecordType.TXT, TxtRecord.of("v=DKIM1; p=AAAA"));
    assertEquals(List.of("\"v=DKIM1; p=AAAA\""), data(ask(key.text(), Type.TXT)));
    long before = serial();
    server.put(key, RecordType.TXT, TxtRecord.of("v=DKIM1; p="));
    assertEquals(List.of("\"v=DKIM1; p=\""), data(ask(key.text(), Type.TXT)));
    assertTrue(serial() > before);
    server.add(ZoneRecord.of(key.text(), RecordType.TXT, TxtRecord.of("second")));
    assertEquals(2, data(ask(key.text(), Type.TXT)).size());
    server.remove(key, RecordType.TXT);
    assertEquals(Rcode.NXDOMAIN, ask(key.text(), Type.TXT).getRcode());
    assertThrows(
        IllegalArgumentException.class,
        () -> server.put(DomainName.of("example.org"), RecordType.A, ip("192.0.2.1")));
  }

  @Test
  void failsOnDemand() throws Exception {
    DomainName name = DomainName.of("mx.asso.test");
    server.fail(name, NameServer.Failure.SERVFAIL);
    assertEquals(Rcode.SERVFAIL, ask("mx.asso.test", Type.A).getRcode());
    server.fail(name, NameServer.Failure.REFUSED);
    assertEquals(Rcode.REFUSED, ask("mx.asso.test", Type.A).getRcode());
    server.fail(name, NameServer.Failure.SILENCE);
    var resolver = resolver();
    resolver.setTimeout(Duration.ofMillis(200));
    assertThrows(IOException.class, () -> resolver.send(query("mx.asso.test", Type.A)));
    server.heal(name);
    assertEquals(Rcode.NOERROR, ask("mx.asso.test", Type.A).getRcode());
  }

  @Test
  void garbageIsAnsweredWithFormerrOrNotAtAllAndHarmsNothing() throws Exception {
    long seed = 20_261_122;
    var random = new SplittableRandom(seed);
    try (var socket = new DatagramSocket()) {
      byte[] good = query("mx.asso.test", Type.A).toWire();
      for (int i = 0; i < 2_000; i++) {
        byte[] octets;
        if (i % 2 == 0) {
          octets = new byte[random.nextInt(100)];
          random.nextBytes(octets);
        } else {
          octets = Arrays.copyOf(good, good.length - random.nextInt(4));
          octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
        }
        socket.send(new DatagramPacket(octets, octets.length, server.address()));
        if (i % 20 == 0) {
          // In step with the server, so that nothing is lost in a full socket buffer.
          assertAnswer("mx.asso.test", Type.A, "192.0.2.2");
        }
      }
    }
    try (var socket = new DatagramSocket()) {
      var formErr = HexFormat.of().parseHex("abcd01000001000000000000ff");
      socket.send(new DatagramPacket(formErr, formErr.length, server.address()));
      socket.setSoTimeout(10_000);
      var buffer = new DatagramPacket(new byte[4096], 4096);
      socket.receive(buffer);
      assertEquals("abcd", HexFormat.of().formatHex(buffer.getData(), 0, 2));
      assertEquals(Rcode.FORMERR, buffer.getData()[3] & 15);
    }
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.getOutputStream().write(new byte[] {0, 5, 1, 2, 3, 4, 5});
      socket.setSoTimeout(10_000);
      assertEquals(-1, new DataInputStream(socket.getInputStream()).read());
    }
    assertAnswer("mx.asso.test", Type.A, "192.0.2.2");
  }

  @Test
  void showsItsRecordsAsText() {
    var snapshot = server.snapshot();
    assertEquals(
        List.of("10 mx.asso.test."), snapshot.getOrDefault("asso.test", Map.of()).get("MX"));
    assertEquals(
        List.of(LONG_TEXT), snapshot.getOrDefault("s._domainkey.asso.test", Map.of()).get("TXT"));
    assertEquals(List.of("192.0.2.2"), snapshot.getOrDefault("mx.asso.test", Map.of()).get("A"));
  }

  @Test
  @Tag("peer")
  void digAgrees() throws Exception {
    Path dig = Path.of("/usr/bin/dig");
    Assumptions.assumeTrue(
        Files.isExecutable(dig) || System.getenv("CI") != null,
        "not run: apt-get install bind9-dnsutils");
    assertEquals("10 mx.asso.test.", dig("+short", "asso.test", "MX"));
    assertTrue(dig("s._domainkey.asso.test", "TXT").contains("flags: qr aa"));
    assertTrue(dig("s._domainkey.asso.test", "TXT").contains("(TCP)"));
    assertTrue(dig("nobody.asso.test", "A").contains("status: NXDOMAIN"));
    assertEquals("3 1 1 00FF10", dig("+short", "+tcp", "_25._tcp.mx.asso.test", "TLSA"));
  }

  private String dig(String... arguments) throws Exception {
    var command =
        Stream.concat(
                Stream.of(
                    "dig",
                    "@" + server.address().getAddress().getHostAddress(),
                    "-p",
                    String.valueOf(server.address().getPort()),
                    "+norecurse"),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  private long serial() throws Exception {
    return ((org.xbill.DNS.SOARecord)
            ask("friends.test", Type.SOA).getSection(Section.ANSWER).getFirst())
        .getSerial();
  }

  private void assertAnswer(String name, int type, String data) throws Exception {
    Message answer = ask(name, type);
    assertEquals(Rcode.NOERROR, answer.getRcode());
    assertTrue(answer.getHeader().getFlag(Flags.AA));
    assertEquals(List.of(data), data(answer));
  }

  private void assertDenied(String name, int type, int rcode, String apex) throws Exception {
    Message answer = ask(name, type);
    assertEquals(rcode, answer.getRcode());
    assertTrue(answer.getHeader().getFlag(Flags.AA));
    Record soa = answer.getSection(Section.AUTHORITY).getFirst();
    assertEquals(Type.SOA, soa.getType());
    assertEquals(apex, soa.getName().toString());
  }

  private static List<String> data(Message answer) {
    return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
  }

  private Message ask(String name, int type) throws Exception {
    return resolver().send(query(name, type));
  }

  private SimpleResolver resolver() throws Exception {
    var resolver = new SimpleResolver(server.address());
    resolver.setTimeout(Duration.ofSeconds(10));
    return resolver;
  }

  private static Message query(String name, int type) throws Exception {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
  }

  private static InetAddress ip(String literal) throws java.net.UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
