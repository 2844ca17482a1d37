package net.facteur.it;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A box between the server and its resolver: passes questions on, and forges the answers to some.
final class DnsAttacker implements AutoCloseable {
  private static final int MAX_OCTETS = 65_535;

  private final DatagramSocket socket;
  private final InetSocketAddress resolver;
  private final Map<String, Forgery> forgeries = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile Forgery forEverything = (_, genuine) -> genuine;

  /// Makes an answer out of the genuine one.
  @FunctionalInterface
  interface Forgery {
    Message answer(Message question, Message genuine) throws IOException;
  }

  DnsAttacker(InetAddress address, InetSocketAddress resolver) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(address, 0));
    this.resolver = resolver;
    var _ = workers.submit(this::serve);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /// How many questions have come.
  int questions() {
    return questions.get();
  }

  /// Attacks one question, such as `mx.example.test A`.
  void forge(String question, Forgery forgery) {
    forgeries.put(question, forgery);
  }

  /// Attacks whatever is not attacked already.
  void forgeAll(Forgery forgery) {
    forEverything = forgery;
  }

  /// Leaves the line alone.
  void retreat() {
    forgeries.clear();
    forEverything = (_, genuine) -> genuine;
  }

  /// An answer without signatures.
  ///
  /// @param data of the record, none for "no such data"
  static Forgery unsigned(String... data) {
    return (question, _) -> {
      Record asked = question.getQuestion();
      Message answer = reply(question);
      for (String text : data) {
        answer.addRecord(
            Record.fromString(asked.getName(), asked.getType(), DClass.IN, 1, text, Name.root),
            Section.ANSWER);
      }
      return answer;
    };
  }

  static Forgery code(int rcode) {
    return (question, _) -> {
      Message answer = reply(question);
      answer.getHeader().setRcode(rcode);
      return answer;
    };
  }

  /// Takes every signature and proof out.
  static Forgery stripped() {
    return (question, genuine) -> {
      Message answer = reply(question);
      answer.getHeader().setRcode(genuine.getRcode());
      for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
        genuine.getSection(section).stream()
            .filter(r -> r.getType() != Type.RRSIG && r.getType() != Type.NSEC)
            .filter(r -> r.getType() != Type.NSEC3)
            .forEach(r -> answer.addRecord(r, section));
      }
      return answer;
    };
  }

  /// Replays the signed answer for another name, which a wildcard gave, as that for the name asked.
  Forgery replayed(String other) {
    return (question, _) -> {
      Record asked = question.getQuestion();
      Name from = Name.fromString(other + ".");
      Message genuine = ask(Record.newRecord(from, asked.getType(), DClass.IN));
      Message answer = reply(question);
      for (Record r : genuine.getSection(Section.ANSWER)) {
        answer.addRecord(
            r.getName().equals(from)
                ? Record.newRecord(
                    asked.getName(), r.getType(), DClass.IN, r.getTTL(), r.rdataToWireCanonical())
                : r,
            Section.ANSWER);
      }
      genuine.getSection(Section.AUTHORITY).forEach(r -> answer.addRecord(r, Section.AUTHORITY));
      return answer;
    };
  }

  private static Message reply(Message question) {
    var reply = new Message(question.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.RA);
    reply.addRecord(question.getQuestion(), Section.QUESTION);
    return reply;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        var packet = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);
        socket.receive(packet);
        questions.incrementAndGet();
        workers.execute(() -> answer(packet));
      } catch (IOException _) {
        // closed
      }
    }
  }

  private void answer(DatagramPacket packet) {
    try {
      var question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
      Record asked = question.getQuestion();
      String text = asked.getName().toString(true) + " " + Type.string(asked.getType());
      Message genuine = ask(question);
      Message answer = forgeries.getOrDefault(text, forEverything).answer(question, genuine);
      byte[] octets = answer.toWire(MAX_OCTETS);
      socket.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
    } catch (IOException _) {
      // whoever asked will ask again
    }
  }

  private Message ask(Record question) throws IOException {
    Message query = Message.newQuery(question);
    query.getHeader().setFlag(Flags.CD);
    query.addRecord(new OPTRecord(1232, 0, 0, org.xbill.DNS.ExtendedFlags.DO), Section.ADDITIONAL);
    return ask(query);
  }

  /// By TCP, so that nothing is cut off.
  private Message ask(Message query) throws IOException {
    try (var upstream = new Socket(resolver.getAddress(), resolver.getPort())) {
      byte[] octets = query.toWire();
      var out = new DataOutputStream(upstream.getOutputStream());
      out.writeShort(octets.length);
      out.write(octets);
      out.flush();
      var in = new DataInputStream(upstream.getInputStream());
      return new Message(in.readNBytes(in.readUnsignedShort()));
    }
  }

  @Override
  public void close() {
    socket.close();
    workers.shutdownNow();
  }
}
