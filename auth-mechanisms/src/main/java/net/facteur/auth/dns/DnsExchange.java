package net.facteur.auth.dns;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// One question to one server and its answer: over UDP from a fresh port, and again over TCP where
/// the answer was cut off.
///
/// Datagrams that do not answer the question (another id or question, garbage) are ignored until
/// the time is up, so that whoever guesses cannot even make a look-up fail.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5452#section-9.1 RFC 5452, section 9.1: Query Matching
///   Rules
final class DnsExchange {
  private static final int MAX_MESSAGE = 65_535;

  private final RandomGenerator random;
  private final InstantSource clock;
  private final int ednsSize;

  /// @param random unpredictable, since it gives the message ids
  DnsExchange(RandomGenerator random, InstantSource clock, int ednsSize) {
    this.random = random;
    this.clock = clock;
    this.ednsSize = ednsSize;
  }

  /// What is asked of a server beside the question.
  ///
  /// @param signatures the DO bit: send RRSIG, NSEC and NSEC3 records
  /// @param unchecked the CD bit: send also what fails validation
  record Wants(boolean signatures, boolean unchecked) {}

  /// @return a response to the question that is not truncated
  /// @throws IOException where none came before `deadline`
  Message ask(InetSocketAddress server, Name name, int type, Wants wants, Instant deadline)
      throws IOException {
    Message response = ask(server, query(name, type, wants, true), deadline);
    boolean noEdns = response.getRcode() == Rcode.FORMERR || response.getRcode() == Rcode.NOTIMP;
    // RFC 6891, 7: a server that does not know EDNS answers FORMERR and is asked without
    return noEdns ? ask(server, query(name, type, wants, false), deadline) : response;
  }

  private Message ask(InetSocketAddress server, Message query, Instant deadline)
      throws IOException {
    Message response = udp(server, query, deadline);
    return response.getHeader().getFlag(Flags.TC) ? tcp(server, query, deadline) : response;
  }

  private Message query(Name name, int type, Wants wants, boolean edns) {
    var query = new Message(random.nextInt(0x10000));
    query.getHeader().setFlag(Flags.RD);
    if (wants.unchecked()) {
      query.getHeader().setFlag(Flags.CD);
    }
    query.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
    if (edns) {
      query.addRecord(
          new OPTRecord(ednsSize, 0, 0, wants.signatures() ? ExtendedFlags.DO : 0),
          Section.ADDITIONAL);
    }
    return query;
  }

  private Message udp(InetSocketAddress server, Message query, Instant deadline)
      throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.connect(server);
      byte[] wire = query.toWire();
      socket.send(new DatagramPacket(wire, wire.length));
      var packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
      String unread = "";
      while (true) {
        packet.setLength(MAX_MESSAGE);
        try {
          socket.setSoTimeout(remaining(deadline));
          socket.receive(packet);
        } catch (SocketTimeoutException e) {
          throw unread.isEmpty() ? e : new SocketTimeoutException("an answer that " + unread);
        }
        byte[] octets = new byte[packet.getLength()];
        System.arraycopy(packet.getData(), 0, octets, 0, octets.length);
        try {
          Message response = new Message(octets);
          if (answers(response, query)) {
            return response;
          }
        } catch (IOException | RuntimeException garbage) {
          // ignored like any other datagram that is no answer
          if (isResponse(octets, query)) {
            if ((octets[2] & 0x02) != 0) {
              return tcp(server, query, deadline); // cut off within a record
            }
            // it may be somebody's guess, so a better one is waited for
            unread = "cannot be read (" + reason(garbage) + ")";
          }
        }
      }
    }
  }

  /// True for what calls itself a response to the query, whatever its records are.
  private static boolean isResponse(byte[] octets, Message query) {
    return octets.length >= 12
        && ((octets[0] & 0xff) << 8 | (octets[1] & 0xff)) == query.getHeader().getID()
        && (octets[2] & 0x80) != 0;
  }

  private Message tcp(InetSocketAddress server, Message query, Instant deadline)
      throws IOException {
    try (var socket = new Socket()) {
      socket.connect(server, remaining(deadline));
      byte[] wire = query.toWire();
      var out = new DataOutputStream(socket.getOutputStream());
      var framed = new byte[wire.length + 2];
      framed[0] = (byte) (wire.length >> 8);
      framed[1] = (byte) wire.length;
      System.arraycopy(wire, 0, framed, 2, wire.length);
      out.write(framed);
      out.flush();
      byte[] length = read(socket, 2, deadline);
      byte[] octets = read(socket, (length[0] & 0xff) << 8 | (length[1] & 0xff), deadline);
      Message response = parsed(octets);
      if (!answers(response, query) || response.getHeader().getFlag(Flags.TC)) {
        throw new IOException("the answer over TCP does not fit the question");
      }
      return response;
    } catch (RuntimeException e) {
      throw new IOException("the answer over TCP cannot be read", e);
    }
  }

  private static String reason(Exception garbage) {
    return Objects.requireNonNullElse(garbage.getMessage(), "malformed");
  }

  private static Message parsed(byte[] octets) throws IOException {
    try {
      return new Message(octets);
    } catch (IOException e) {
      throw new IOException("an answer that cannot be read (" + reason(e) + ")", e);
    }
  }

  private byte[] read(Socket socket, int count, Instant deadline) throws IOException {
    InputStream in = socket.getInputStream();
    var octets = new byte[count];
    for (int at = 0; at < count; ) {
      socket.setSoTimeout(remaining(deadline));
      int n = in.read(octets, at, count - at);
      if (n < 0) {
        throw new EOFException("the answer over TCP ends early");
      }
      at += n;
    }
    return octets;
  }

  private static boolean answers(Message response, Message query) {
    Record asked = query.getQuestion();
    Record answered = response.getQuestion();
    return response.getHeader().getFlag(Flags.QR)
        && response.getHeader().getID() == query.getHeader().getID()
        && (answered == null
            // a server that does not understand the question need not repeat it
            ? response.getRcode() != Rcode.NOERROR && response.getRcode() != Rcode.NXDOMAIN
            : answered.getName().equals(asked.getName())
                && answered.getType() == asked.getType()
                && answered.getDClass() == asked.getDClass());
  }

  /// Milliseconds until `deadline`, at least 1.
  ///
  /// @throws SocketTimeoutException where it has passed
  private int remaining(Instant deadline) throws SocketTimeoutException {
    Duration left = Duration.between(clock.instant(), deadline);
    if (!left.isPositive()) {
      throw new SocketTimeoutException("time-out");
    }
    return Math.clamp(left.toMillis(), 1, Integer.MAX_VALUE);
  }
}
