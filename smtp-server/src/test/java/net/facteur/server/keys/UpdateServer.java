package net.facteur.server.keys;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.auth.dns.AuthoritativeServers;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TsigKey;
import net.facteur.auth.dns.ZoneResolver;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/// A name server of `example.org` and `keys.example.net` in this process, which takes signed
/// updates and suffers what a test tells it to.
public final class UpdateServer implements AutoCloseable {
  private static final String SECRET = "c2VjcmV0LW9mLXRoZS10ZXN0LWZvci1mYWN0ZXVyISE=";
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /// What becomes of an update.
  public enum Mishap {
    NONE,
    SERVFAIL,
    REFUSED,
    /// It is not carried out, and nobody answers.
    LOST,
    /// It is carried out, and the answer gets lost.
    ANSWER_LOST
  }

  private final List<Name> zones = List.of(name("example.org"), name("keys.example.net"));
  private final List<Record> records = new ArrayList<>();
  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final InstantSource clock;
  private final TsigKey key = TsigKey.parse("facteur:" + SECRET).toOptional().orElseThrow();
  private Mishap mishap = Mishap.NONE;
  private int updates;

  /// @param clock that of TSIG on both sides
  public UpdateServer(InstantSource clock) throws IOException {
    this.clock = clock;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ServerSocket streams = new ServerSocket(0, 50, loopback);
    DatagramSocket datagrams = null;
    while (datagrams == null) {
      try {
        datagrams = new DatagramSocket(streams.getLocalPort(), loopback);
      } catch (java.net.BindException _) {
        streams.close();
        streams = new ServerSocket(0, 50, loopback);
      }
    }
    tcp = streams;
    udp = datagrams;
    Thread.ofVirtual().start(this::serveTcp);
    Thread.ofVirtual().start(this::serveUdp);
  }

  /// From now on.
  public synchronized void suffer(Mishap next) {
    mishap = next;
  }

  /// How many updates came, questions about prerequisites included.
  public synchronized int updates() {
    return updates;
  }

  /// What somebody does by hand: the only records of a name and type.
  public synchronized void edit(String owner, int type, String... data) throws IOException {
    records.removeIf(r -> r.getName().equals(name(owner)) && r.getType() == type);
    for (String one : data) {
      records.add(Record.fromString(name(owner), type, DClass.IN, 1, one, Name.root));
    }
  }

  /// What stands at a name.
  public synchronized List<String> held(String owner, int type) {
    return records.stream()
        .filter(r -> r.getName().equals(name(owner)) && r.getType() == type)
        .map(r -> r.rdataToString().replace("\" \"", "").replace("\"", ""))
        .toList();
  }

  /// Asks it as a server of both zones.
  public Authorities authorities() {
    return new AuthoritativeServers(
        ZoneResolver.of(
            Map.of(
                "example.org", Map.of("NS", List.of("ns.example.org")),
                "example.net", Map.of("NS", List.of("ns.example.org")),
                "ns.example.org", Map.of("A", List.of("127.0.0.1")))),
        tcp.getLocalPort(),
        PATIENCE);
  }

  /// Sends updates to it.
  public Function<DomainName, Optional<DnsUpdates>> primaries() {
    return _ ->
        Optional.of(
            new DnsUpdates(
                new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort()),
                key,
                PATIENCE,
                clock));
  }

  /// A publisher that writes here.
  public Publisher publisher(Optional<DomainName> keyZone) {
    return new UpdatePublisher(authorities(), primaries(), keyZone, Duration.ofSeconds(1));
  }

  private static Name name(String text) {
    return Name.fromConstantString(text + ".");
  }

  private void serveUdp() {
    try {
      while (true) {
        var packet = new DatagramPacket(new byte[4096], 4096);
        udp.receive(packet);
        byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] answer = answer(new Message(octets)).toWire(4096);
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private void serveTcp() {
    try {
      while (true) {
        Socket socket = tcp.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      var in = new DataInputStream(socket.getInputStream());
      while (true) {
        byte[] octets = in.readNBytes(in.readUnsignedShort());
        var query = new Message(octets);
        Optional<byte[]> answer =
            query.getHeader().getOpcode() == Opcode.UPDATE
                ? update(query, octets)
                : Optional.of(answer(query).toWire());
        if (answer.isEmpty()) {
          return;
        }
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(answer.get().length);
        out.write(answer.get());
        out.flush();
      }
    } catch (IOException _) {
      // Whoever asked has gone.
    }
  }

  private static Message response(Message query, int rcode) {
    var response = new Message(query.getHeader().getID());
    response.getHeader().setOpcode(query.getHeader().getOpcode());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setFlag(Flags.AA);
    response.getHeader().setRcode(rcode);
    response.addRecord(query.getQuestion(), Section.QUESTION);
    return response;
  }

  private synchronized Message answer(Message query) {
    Name asked = query.getQuestion().getName();
    Name zone = zones.stream().filter(asked::subdomain).findFirst().orElse(Name.root);
    if (zone.equals(Name.root)) {
      return response(query, Rcode.REFUSED);
    }
    List<Record> here = records.stream().filter(r -> r.getName().equals(asked)).toList();
    boolean exists = !here.isEmpty() || asked.equals(zone);
    Message response = response(query, exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
    int type = query.getQuestion().getType();
    List<Record> said =
        asked.equals(zone) && type == Type.SOA
            ? List.of(soa(zone))
            : here.stream().filter(r -> r.getType() == type || r instanceof CNAMERecord).toList();
    said.forEach(r -> response.addRecord(r, Section.ANSWER));
    response.addRecord(soa(zone), Section.AUTHORITY);
    return response;
  }

  private static SOARecord soa(Name zone) {
    return new SOARecord(
        zone, DClass.IN, 1, name("ns.example.org"), name("hostmaster.example.org"), 1, 1, 1, 9, 1);
  }

  /// The answer, empty where none is given.
  private synchronized Optional<byte[]> update(Message update, byte[] octets) throws IOException {
    updates++;
    TSIG tsig =
        new TSIG(
            TSIG.HMAC_SHA256,
            name(key.name().text()),
            new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"),
            fixed());
    int rcode = tsig.verify(update, octets, null) == Rcode.NOERROR ? Rcode.NOERROR : Rcode.NOTAUTH;
    switch (mishap) {
      case SERVFAIL -> rcode = Rcode.SERVFAIL;
      case REFUSED -> rcode = Rcode.REFUSED;
      case LOST -> {
        return Optional.empty();
      }
      case NONE, ANSWER_LOST -> {
        if (rcode == Rcode.NOERROR) {
          rcode = carryOut(update);
        }
        if (mishap == Mishap.ANSWER_LOST) {
          return Optional.empty();
        }
      }
    }
    Message response = response(update, rcode);
    response.setTSIG(tsig, Rcode.NOERROR, update.getTSIG());
    return Optional.of(response.toWire());
  }

  private Clock fixed() {
    return Clock.fixed(clock.instant(), ZoneOffset.UTC);
  }

  /// RFC 2136, sections 3.2 and 3.4.
  private int carryOut(Message update) {
    for (Record wanted : update.getSection(Section.PREREQ)) {
      List<Record> set =
          records.stream()
              .filter(r -> r.getName().equals(wanted.getName()) && r.getType() == wanted.getType())
              .toList();
      boolean right =
          switch (wanted.getDClass()) {
            case DClass.ANY -> !set.isEmpty();
            case DClass.NONE -> set.isEmpty();
            // RFC 2136, 3.2.3: the whole set is compared
            default -> {
              List<Record> all =
                  update.getSection(Section.PREREQ).stream()
                      .filter(
                          r ->
                              r.getName().equals(wanted.getName())
                                  && r.getType() == wanted.getType())
                      .toList();
              yield set.size() == all.size()
                  && all.stream().allMatch(w -> set.stream().anyMatch(r -> same(r, w)));
            }
          };
      if (!right) {
        return wanted.getDClass() == DClass.NONE ? Rcode.YXRRSET : Rcode.NXRRSET;
      }
    }
    for (Record change : update.getSection(Section.UPDATE)) {
      switch (change.getDClass()) {
        case DClass.NONE -> records.removeIf(r -> same(r, change));
        case DClass.ANY ->
            records.removeIf(
                r -> r.getName().equals(change.getName()) && r.getType() == change.getType());
        default -> {
          records.removeIf(r -> same(r, change));
          records.add(change);
        }
      }
    }
    return Rcode.NOERROR;
  }

  private static boolean same(Record one, Record other) {
    return one.getName().equals(other.getName())
        && one.getType() == other.getType()
        && one.rdataToString().equals(other.rdataToString());
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
