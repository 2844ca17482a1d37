package net.facteur.server.demo;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.syntax.Parsed;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// A small authoritative name server for a handful of zones, on UDP and TCP at one port, for trials
/// and tests.
///
/// It answers with authority, denies with the zone's SOA, follows CNAMEs within its zones, refuses
/// names in no zone of its, speaks EDNS and truncates what is too large for UDP. Its zones are not
/// signed. Records may change while it runs.
public final class NameServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(NameServer.class);

  private static final int PLAIN_UDP_OCTETS = 512;
  private static final int EDNS_UDP_OCTETS = 1232;
  private static final int MAX_OCTETS = 65_535;
  private static final int MAX_TCP_CONNECTIONS = 64;
  private static final int TCP_IDLE_MILLIS = 5_000;
  private static final int BIND_ATTEMPTS = 20;

  private final ZoneStore zones;
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<DomainName, Failure> failures = new ConcurrentHashMap<>();
  private final Semaphore connections = new Semaphore(MAX_TCP_CONNECTIONS);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  private NameServer(ZoneStore zones, DatagramSocket udp, ServerSocket tcp) {
    this.zones = zones;
    this.udp = udp;
    this.tcp = tcp;
  }

  /// How a name may be made to fail, to see what askers make of it.
  public enum Failure {
    SERVFAIL,
    REFUSED,
    /// No answer at all.
    SILENCE
  }

  /// Starts to answer.
  ///
  /// @param zones a name belongs to the zone with the longest apex
  /// @param address port 0 for any free one
  /// @throws IOException where the address cannot be bound
  public static NameServer start(List<Zone> zones, InetSocketAddress address) throws IOException {
    var store = new ZoneStore(zones);
    for (int attempt = 1; ; attempt++) {
      var tcp = new ServerSocket();
      try {
        tcp.setReuseAddress(true);
        tcp.bind(address);
        // The port that TCP got must be free for UDP as well.
        var udp =
            new DatagramSocket(new InetSocketAddress(address.getAddress(), tcp.getLocalPort()));
        var server = new NameServer(store, udp, tcp);
        Thread.ofPlatform().daemon().name("name-server-udp").start(server::serveUdp);
        Thread.ofPlatform().daemon().name("name-server-tcp").start(server::serveTcp);
        return server;
      } catch (BindException e) {
        tcp.close();
        if (address.getPort() != 0 || attempt == BIND_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /// Where it listens, with the real port.
  public InetSocketAddress address() {
    return (InetSocketAddress) tcp.getLocalSocketAddress();
  }

  /// Adds a record beside those that are there.
  ///
  /// @throws IllegalArgumentException where no zone holds the name
  public void add(ZoneRecord<?> zoneRecord) {
    zones.add(zoneRecord);
  }

  /// Takes a whole zone in, beside those that are there.
  public void add(Zone zone) {
    zones.add(zone);
  }

  /// Replaces the records of one name and type by one.
  public <T> void put(DomainName owner, RecordType<T> type, T data) {
    zones.remove(owner, type);
    zones.add(new ZoneRecord<>(owner, type, data, ZoneRecord.DEFAULT_TTL));
  }

  /// Removes the records of one name and type.
  public void remove(DomainName owner, RecordType<?> type) {
    zones.remove(owner, type);
  }

  /// Makes every question about `name` fail until [#heal].
  public void fail(DomainName name, Failure failure) {
    failures.put(name, failure);
  }

  /// Ends a failure.
  public void heal(DomainName name) {
    failures.remove(name);
  }

  /// All records as text: name (without trailing dot), type mnemonic, values; TXT strings joined.
  public Map<String, Map<String, List<String>>> snapshot() {
    return zones.snapshot();
  }

  private void serveUdp() {
    var buffer = new byte[MAX_OCTETS];
    while (!udp.isClosed()) {
      try {
        var packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] question = Arrays.copyOf(packet.getData(), packet.getLength());
        Optional<byte[]> answer = answer(question, false);
        if (answer.isPresent()) {
          udp.send(
              new DatagramPacket(answer.get(), answer.get().length, packet.getSocketAddress()));
        }
      } catch (SocketException e) {
        LOG.debug("UDP", e);
      } catch (IOException | RuntimeException e) {
        LOG.warn("a question over UDP could not be answered", e);
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket connection = tcp.accept();
        if (connections.tryAcquire()) {
          workers.execute(() -> serve(connection));
        } else {
          connection.close();
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("TCP", e);
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setSoTimeout(TCP_IDLE_MILLIS);
      var in = new DataInputStream(connection.getInputStream());
      var out = new DataOutputStream(connection.getOutputStream());
      while (!tcp.isClosed()) {
        byte[] question = in.readNBytes(in.readUnsignedShort());
        Optional<byte[]> answer = answer(question, true);
        if (answer.isEmpty()) {
          return;
        }
        var framed = new byte[answer.get().length + 2];
        framed[0] = (byte) (answer.get().length >>> 8);
        framed[1] = (byte) answer.get().length;
        System.arraycopy(answer.get(), 0, framed, 2, answer.get().length);
        out.write(framed);
        out.flush();
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("a TCP connection ended", e);
    } finally {
      connections.release();
    }
  }

  private Optional<byte[]> answer(byte[] octets, boolean overTcp) {
    Message query;
    try {
      query = new Message(octets);
    } catch (IOException | RuntimeException _) {
      return formatError(octets);
    }
    if (query.getHeader().getFlag(Flags.QR)) {
      // Never answer an answer, or two servers talk for ever.
      return Optional.empty();
    }
    var response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setOpcode(query.getHeader().getOpcode());
    if (query.getHeader().getFlag(Flags.RD)) {
      response.getHeader().setFlag(Flags.RD);
    }
    OPTRecord edns = query.getOPT();
    boolean answered = fill(query, response, edns);
    if (edns != null) {
      int extended = edns.getVersion() > 0 ? Rcode.BADVERS >>> 4 : 0;
      response.addRecord(new OPTRecord(EDNS_UDP_OCTETS, extended, 0), Section.ADDITIONAL);
    }
    return answered ? Optional.of(response.toWire(limit(edns, overTcp))) : Optional.empty();
  }

  private static int limit(@Nullable OPTRecord edns, boolean overTcp) {
    if (overTcp) {
      return MAX_OCTETS;
    }
    if (edns == null) {
      return PLAIN_UDP_OCTETS;
    }
    // RFC 6891, section 6.2.3: values below 512 are treated as 512.
    return Math.clamp(edns.getPayloadSize(), PLAIN_UDP_OCTETS, EDNS_UDP_OCTETS);
  }

  private boolean fill(Message query, Message response, @Nullable OPTRecord edns) {
    Record question = query.getQuestion();
    if (query.getHeader().getOpcode() != Opcode.QUERY) {
      response.getHeader().setRcode(Rcode.NOTIMP);
      return true;
    }
    if (question == null) {
      response.getHeader().setRcode(Rcode.FORMERR);
      return true;
    }
    response.addRecord(question, Section.QUESTION);
    if (edns != null && edns.getVersion() > 0) {
      return true;
    }
    if (question.getDClass() != DClass.IN) {
      response.getHeader().setRcode(Rcode.REFUSED);
      return true;
    }
    return switch (WireRecords.parse(question.getName())) {
      case Parsed.Ok<DomainName>(DomainName name) -> fill(name, question.getType(), response);
      case Parsed.Malformed<DomainName> _ -> {
        response.getHeader().setRcode(Rcode.NXDOMAIN);
        yield true;
      }
    };
  }

  private boolean fill(DomainName name, int type, Message response) {
    Failure failure = failures.get(name);
    if (failure != null) {
      response.getHeader().setRcode(failure == Failure.REFUSED ? Rcode.REFUSED : Rcode.SERVFAIL);
      return failure != Failure.SILENCE;
    }
    switch (zones.find(name, type)) {
      case ZoneStore.Finding.Found(var records) -> authoritative(response, records, Rcode.NOERROR);
      case ZoneStore.Finding.NoData(var aliases, DomainName apex, long serial) -> {
        authoritative(response, aliases, Rcode.NOERROR);
        response.addRecord(WireRecords.soa(apex, serial), Section.AUTHORITY);
      }
      case ZoneStore.Finding.NoName(var aliases, DomainName apex, long serial) -> {
        authoritative(response, aliases, Rcode.NXDOMAIN);
        response.addRecord(WireRecords.soa(apex, serial), Section.AUTHORITY);
      }
      case ZoneStore.Finding.Authority(DomainName apex, long serial) -> {
        authoritative(response, List.of(), Rcode.NOERROR);
        response.addRecord(WireRecords.soa(apex, serial), Section.ANSWER);
      }
      case ZoneStore.Finding.NotOurs() -> response.getHeader().setRcode(Rcode.REFUSED);
    }
    return true;
  }

  private static void authoritative(Message response, List<ZoneRecord<?>> records, int rcode) {
    response.getHeader().setFlag(Flags.AA);
    response.getHeader().setRcode(rcode);
    records.forEach(r -> response.addRecord(WireRecords.of(r), Section.ANSWER));
  }

  /// FORMERR with the id of what could not be read, where there was at least that.
  private static Optional<byte[]> formatError(byte[] octets) {
    int headerOctets = 12;
    if (octets.length < headerOctets || (octets[2] & 0x80) != 0) {
      return Optional.empty();
    }
    var response = new Message(((octets[0] & 0xff) << 8) | (octets[1] & 0xff));
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setRcode(Rcode.FORMERR);
    return Optional.of(response.toWire());
  }

  /// Stops answering. Questions under way may go unanswered.
  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      LOG.debug("closing", e);
    }
    workers.shutdownNow();
  }
}
