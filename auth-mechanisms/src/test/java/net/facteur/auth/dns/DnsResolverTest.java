package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dane.TlsaSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsResolverTest {
  private static final DomainName NAME = DomainName.of("www.example.com");

  private static DnsResolver resolver(InetSocketAddress... servers) {
    var settings =
        DnsSettings.DEFAULTS
            .withServers(List.of(servers))
            .withTimeouts(Duration.ofMillis(400), 2, Duration.ofSeconds(5));
    return new DnsResolver(settings, new SecureRandom(), InstantSource.system());
  }

  private static void add(Message to, int section, String name, int type, long ttl, String data)
      throws IOException {
    Name owner = Name.fromString(name);
    to.addRecord(Record.fromString(owner, type, DClass.IN, ttl, data, Name.root), section);
  }

  private static Message addresses(Message query) throws IOException {
    Message response = LoopbackServer.response(query);
    add(response, Section.ANSWER, "www.example.com.", Type.A, 60, "192.0.2.1");
    return response;
  }

  private static void rightAnswer(Answer<?> answer) {
    var records = assertInstanceOf(Answer.Records.class, answer);
    assertEquals(
        List.of(IpLiteral.parse("192.0.2.1").toOptional().orElseThrow()), records.values());
    assertEquals(NAME, records.owner());
    assertEquals(Duration.ofMinutes(1), records.ttl());
    assertFalse(records.secure());
  }

  @Test
  void asksOverUdpWithEdns() throws IOException {
    var asked = new ArrayList<Message>();
    try (var server =
        LoopbackServer.start(
            (query, _) -> {
              asked.add(query);
              return List.of(addresses(query).toWire());
            })) {
      rightAnswer(resolver(server.address()).lookup(NAME, RecordType.A));
      assertEquals(1232, asked.getFirst().getOPT().getPayloadSize());
      assertTrue(asked.getFirst().getHeader().getFlag(Flags.RD));
      assertEquals(0, server.tcpQueries.get());
    }
  }

  @Test
  void datagramsThatDoNotAnswerTheQuestionAreIgnored() throws IOException {
    try (var server =
        LoopbackServer.start(
            (query, _) -> {
              Message wrongId = addresses(query);
              wrongId.getHeader().setID(query.getHeader().getID() ^ 1);
              Message wrongName = new Message(query.getHeader().getID());
              wrongName.getHeader().setFlag(Flags.QR);
              add(wrongName, Section.ANSWER, "www.example.com.", Type.A, 60, "192.0.2.66");
              Message noResponse = addresses(query);
              noResponse.getHeader().unsetFlag(Flags.QR);
              return List.of(
                  new byte[0],
                  new byte[] {1, 2, 3},
                  wrongId.toWire(),
                  wrongName.toWire(),
                  noResponse.toWire(),
                  addresses(query).toWire());
            })) {
      rightAnswer(resolver(server.address()).lookup(NAME, RecordType.A));
      assertEquals(1, server.udpQueries.get());
    }
  }

  @Test
  void anAnswerCutOffIsFetchedOverTcp() throws IOException {
    String text = "x".repeat(255);
    try (var server =
        LoopbackServer.start(
            (query, tcp) -> {
              Message response = LoopbackServer.response(query);
              if (!tcp) {
                response.getHeader().setFlag(Flags.TC);
                return List.of(response.toWire());
              }
              String strings = ("\"" + text + "\" ").repeat(250); // close to 64 KiB
              add(response, Section.ANSWER, "www.example.com.", Type.TXT, 60, strings);
              return List.of(response.toWire());
            })) {
      List<TxtRecord> found = resolver(server.address()).lookup(NAME, RecordType.TXT).orEmpty();
      assertEquals(text.repeat(250), found.getFirst().text());
      assertEquals(1, server.tcpQueries.get());
    }
  }

  @Test
  void servfailGoesToTheNextServer() throws IOException {
    try (var broken = LoopbackServer.start((query, _) -> List.of(rcode(query, Rcode.SERVFAIL)));
        var good = LoopbackServer.start((query, _) -> List.of(addresses(query).toWire()))) {
      rightAnswer(resolver(broken.address(), good.address()).lookup(NAME, RecordType.A));
      assertEquals(1, broken.udpQueries.get());
    }
  }

  private static byte[] rcode(Message query, int rcode) {
    Message response = LoopbackServer.response(query);
    response.getHeader().setRcode(rcode);
    return response.toWire();
  }

  @Test
  void silenceAndErrorsEverywhereAreAFailure() throws IOException {
    try (var silent = LoopbackServer.start((_, _) -> List.of());
        var refusing = LoopbackServer.start((query, _) -> List.of(rcode(query, Rcode.REFUSED)))) {
      assertInstanceOf(
          Answer.Failed.class,
          resolver(silent.address(), refusing.address()).lookup(NAME, RecordType.A));
      assertEquals(2, silent.udpQueries.get());
      assertEquals(2, refusing.udpQueries.get());
    }
  }

  @Test
  void nobodyListeningIsAFailure() throws IOException {
    LoopbackServer gone = LoopbackServer.start((_, _) -> List.of());
    InetSocketAddress address = gone.address();
    gone.close();
    assertInstanceOf(Answer.Failed.class, resolver(address).lookup(NAME, RecordType.A));
  }

  @Test
  void aServerWithoutEdnsIsAskedWithout() throws IOException {
    try (var server =
        LoopbackServer.start(
            (query, _) ->
                List.of(
                    query.getOPT() != null
                        ? rcode(query, Rcode.FORMERR)
                        : addresses(query).toWire()))) {
      rightAnswer(resolver(server.address()).lookup(NAME, RecordType.A));
    }
  }

  @Test
  void negativeAnswersCarryTheTtlOfTheSoa() throws IOException {
    try (var server =
        LoopbackServer.start(
            (query, _) -> {
              Message response = LoopbackServer.response(query);
              boolean mx = query.getQuestion().getType() == Type.MX;
              response.getHeader().setRcode(mx ? Rcode.NOERROR : Rcode.NXDOMAIN);
              String soa = "ns.example.com. root.example.com. 1 2 3 4 " + (mx ? 30 : 900);
              add(response, Section.AUTHORITY, "example.com.", Type.SOA, 60, soa);
              return List.of(response.toWire());
            })) {
      DnsResolver resolver = resolver(server.address());
      assertEquals(
          new Answer.NxDomain<>(false, Duration.ofMinutes(1)), resolver.lookup(NAME, RecordType.A));
      assertEquals(
          new Answer.NoData<>(NAME, false, Duration.ofSeconds(30)),
          resolver.lookup(NAME, RecordType.MX));
    }
  }

  @Test
  void followsAliasesWithinAnAnswerAndBeyondIt() throws IOException {
    try (var server =
        LoopbackServer.start(
            (query, _) -> {
              Message response = LoopbackServer.response(query);
              String asked = query.getQuestion().getName().toString();
              if (asked.equals("www.example.com.")) {
                add(response, Section.ANSWER, asked, Type.CNAME, 10, "b.example.com.");
                add(response, Section.ANSWER, "b.example.com.", Type.CNAME, 60, "c.example.com.");
              } else {
                add(response, Section.ANSWER, "c.example.com.", Type.A, 60, "192.0.2.9");
              }
              return List.of(response.toWire());
            })) {
      var records =
          assertInstanceOf(
              Answer.Records.class, resolver(server.address()).lookup(NAME, RecordType.A));
      assertEquals(DomainName.of("c.example.com"), records.owner());
      assertEquals(Duration.ofSeconds(10), records.ttl());
    }
  }

  @Test
  void aliasesInACircleOrWithoutEndFail() throws IOException {
    try (var circle =
            LoopbackServer.start(
                (query, _) -> {
                  Message response = LoopbackServer.response(query);
                  add(response, Section.ANSWER, "www.example.com.", Type.CNAME, 1, "b.test.");
                  add(response, Section.ANSWER, "b.test.", Type.CNAME, 1, "www.example.com.");
                  return List.of(response.toWire());
                });
        var endless =
            LoopbackServer.start(
                (query, _) -> {
                  Message response = LoopbackServer.response(query);
                  String asked = query.getQuestion().getName().toString();
                  String next = "n" + asked.length() + "." + asked;
                  add(response, Section.ANSWER, asked, Type.CNAME, 1, next);
                  return List.of(response.toWire());
                })) {
      assertInstanceOf(Answer.Failed.class, resolver(circle.address()).lookup(NAME, RecordType.A));
      assertInstanceOf(Answer.Failed.class, resolver(endless.address()).lookup(NAME, RecordType.A));
      assertTrue(endless.udpQueries.get() <= DnsSettings.DEFAULTS.maxCnames() + 1);
    }
  }

  /// An answer with one TLSA record of any octets, which dnsjava would not make.
  private static byte[] tlsa(Message query, byte[] data) {
    byte[] head = LoopbackServer.response(query).toWire();
    head[7] = 1; // one answer
    return ByteBuffer.allocate(head.length + 12 + data.length)
        .put(head)
        .putShort((short) 0xc00c) // the name of the question
        .putShort((short) Type.TLSA)
        .putShort((short) DClass.IN)
        .putInt(60)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /// Patient, and asks once.
  private static DnsResolver patient(LoopbackServer server) {
    var settings =
        DnsSettings.DEFAULTS
            .withServers(List.of(server.address()))
            .withTimeouts(Duration.ofSeconds(60), 1, Duration.ofSeconds(60));
    return new DnsResolver(settings, new SecureRandom(), InstantSource.system());
  }

  private static byte[] truncated(Message query) {
    Message response = LoopbackServer.response(query);
    response.getHeader().setFlag(Flags.TC);
    return response.toWire();
  }

  @Test
  void tlsaRecordsOfEveryLengthAreReadOrNamedAsUnreadable() throws IOException {
    for (int length = 0; length <= 20; length++) {
      var data = new byte[length];
      for (int i = 0; i < Math.min(3, length); i++) {
        data[i] = (byte) (i == 0 ? 3 : 1);
      }
      try (var server =
          LoopbackServer.start(
              (query, tcp) -> List.of(tcp ? tlsa(query, data) : truncated(query)))) {
        Answer<TlsaRecord> answer = patient(server).lookup(NAME, RecordType.TLSA);
        if (length < 4) { // an empty association is no record either
          String reason = assertInstanceOf(Answer.Failed.class, answer).reason();
          assertTrue(reason.contains("an answer that cannot be read"), reason);
        } else {
          assertEquals(length - 3, answer.orEmpty().getFirst().association().length);
          assertTrue(TlsaSet.of(answer.orEmpty()).allUnusable(), "length " + length);
        }
      }
    }
  }

  @Test
  void anUnreadableRecordInADatagramIsAFailure() throws IOException {
    try (var server = LoopbackServer.start((query, _) -> List.of(tlsa(query, new byte[2])))) {
      assertInstanceOf(
          Answer.Failed.class, resolver(server.address()).lookup(NAME, RecordType.TLSA));
    }
  }

  @Test
  void aThousandTlsaRecordsAreTakenOverTcp() throws IOException {
    try (var server =
        LoopbackServer.start(
            (query, tcp) -> {
              if (!tcp) {
                return List.of(truncated(query));
              }
              Message response = LoopbackServer.response(query);
              for (int i = 0; i < 1000; i++) {
                String data = "3 1 1 %064x".formatted(i);
                add(response, Section.ANSWER, "www.example.com.", Type.TLSA, 60, data);
              }
              return List.of(response.toWire(65_535));
            })) {
      Answer<TlsaRecord> answer = patient(server).lookup(NAME, RecordType.TLSA);
      assertEquals(1000, answer.orEmpty().size(), answer.toString());
      assertEquals(1000, TlsaSet.of(answer.orEmpty()).usable().size());
    }
  }

  @Test
  void garbageNeverThrows() throws IOException {
    long seed = Long.getLong("facteur.seed", 1035);
    var random = new Random(seed);
    try (var server =
        LoopbackServer.start(
            (query, tcp) -> {
              byte[] wire = addresses(query).toWire();
              for (int i = 0; i < 3; i++) {
                wire[2 + random.nextInt(wire.length - 2)] = (byte) random.nextInt(256);
              }
              return List.of(wire);
            })) {
      var settings =
          DnsSettings.DEFAULTS
              .withServers(List.of(server.address()))
              .withTimeouts(Duration.ofMillis(20), 1, Duration.ofMillis(50));
      var resolver = new DnsResolver(settings, new SecureRandom(), InstantSource.system());
      for (int i = 0; i < 200; i++) {
        Answer<?> answer = resolver.lookup(NAME, RecordType.A);
        assertInstanceOf(Answer.class, answer, "seed " + seed);
      }
    }
  }
}
