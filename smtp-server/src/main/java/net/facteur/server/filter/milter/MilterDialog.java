package net.facteur.server.filter.milter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;

/// One transaction with one milter: the steps in their order. One thread at a time.
final class MilterDialog implements AutoCloseable {
  /// `MILTER_CHUNK_SIZE`: what every milter can take at once.
  private static final int CHUNK = 65_535;

  /// A milter that is still at work is waited for this many times as long as for one answer.
  private static final int PROGRESS = 10;

  private final MilterWire wire;
  private final Terms terms;
  private final long end;
  private final LongSupplier nanos;

  private MilterDialog(MilterWire wire, Terms terms, long end, LongSupplier nanos) {
    this.wire = wire;
    this.terms = terms;
    this.end = end;
    this.nanos = nanos;
  }

  /// Connects and agrees on terms.
  static MilterDialog open(MilterAddress address, Duration patience, LongSupplier nanos)
      throws IOException {
    long end = nanos.getAsLong() + PROGRESS * patience.toNanos();
    MilterWire wire = MilterWire.open(address, patience);
    try {
      return new MilterDialog(wire, Terms.agree(wire), end, nanos);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }

  /// Says who the client is.
  MilterReply.Final connect(InetAddress client, int port, Map<String, String> macros)
      throws IOException {
    var data = new ByteArrayOutputStream();
    data.writeBytes(Packet.words(List.of("[" + client.getHostAddress() + "]")));
    data.write(client instanceof Inet6Address ? '6' : '4');
    data.write(port >> 8);
    data.write(port);
    data.writeBytes(Packet.words(List.of(client.getHostAddress())));
    return step(Terms.Step.CONNECT, new Packet('C', data.toByteArray()), macros);
  }

  MilterReply.Final hello(String name, Map<String, String> macros) throws IOException {
    return step(Terms.Step.HELO, Packet.of('H', List.of(octets(name))), macros);
  }

  /// @param words the path, and the parameters behind it
  MilterReply.Final mail(List<String> words, Map<String, String> macros) throws IOException {
    return step(Terms.Step.MAIL, Packet.of('M', octets(words)), macros);
  }

  MilterReply.Final recipient(List<String> words, Map<String, String> macros) throws IOException {
    return step(Terms.Step.RCPT, Packet.of('R', octets(words)), macros);
  }

  /// Shows the message, and makes the changes that the milter asks for.
  ///
  /// @return what becomes of it, and why it is put into quarantine, if it is
  Ended message(Draft draft, Map<String, String> macros) throws IOException {
    MilterReply.Final reply = step(Terms.Step.DATA, Packet.of('T'), macros);
    if (reply instanceof MilterReply.Continue) {
      reply = header(draft.fields());
    }
    if (reply instanceof MilterReply.Continue) {
      reply = step(Terms.Step.END_OF_HEADER, Packet.of('N'), macros);
    }
    if (reply instanceof MilterReply.Continue) {
      reply = body(draft);
    }
    return reply instanceof MilterReply.Continue
        ? endOfMessage(draft, macros)
        : new Ended(reply, Optional.empty());
  }

  /// How a milter left a message.
  ///
  /// @param quarantine why it wants to have it put away
  record Ended(MilterReply.Final reply, Optional<String> quarantine) {}

  private MilterReply.Final header(List<HeaderField> fields) throws IOException {
    for (HeaderField field : fields) {
      String value = field.value().replace("\r\n", "\n");
      boolean space = !terms.agreed(Terms.LEADING_SPACE) && value.startsWith(" ");
      MilterReply.Final reply =
          step(
              Terms.Step.FIELD,
              Packet.of('L', List.of(field.name(), space ? value.substring(1) : value)),
              Map.of());
      if (!(reply instanceof MilterReply.Continue)) {
        return reply;
      }
    }
    return new MilterReply.Continue();
  }

  private MilterReply.Final body(Draft draft) throws IOException {
    if (!terms.wants(Terms.Step.BODY)) {
      return new MilterReply.Continue();
    }
    try (InputStream in = draft.body().open()) {
      for (byte[] part = in.readNBytes(CHUNK); part.length > 0; part = in.readNBytes(CHUNK)) {
        MilterReply.Final reply = step(Terms.Step.BODY, new Packet('B', part), Map.of());
        if (reply instanceof MilterReply.Skip) {
          return new MilterReply.Continue();
        }
        if (!(reply instanceof MilterReply.Continue)) {
          return reply;
        }
      }
    }
    return new MilterReply.Continue();
  }

  private Ended endOfMessage(Draft draft, Map<String, String> macros) throws IOException {
    send(Terms.Step.END_OF_MESSAGE, Packet.of('E'), macros);
    Optional<String> quarantine = Optional.empty();
    while (true) {
      switch (read()) {
        case MilterReply.Progress _ -> {}
        case MilterReply.Quarantine(String reason) -> {
          if (!terms.mayChange(Terms.QUARANTINE)) {
            throw new MilterException("it made a change that it did not announce");
          }
          quarantine = Optional.of(reason);
        }
        case MilterReply.Change change -> draft.apply(change, terms);
        case MilterReply.Final reply -> {
          return new Ended(reply, quarantine);
        }
      }
    }
  }

  private MilterReply.Final step(Terms.Step step, Packet packet, Map<String, String> macros)
      throws IOException {
    if (!terms.wants(step)) {
      return new MilterReply.Continue();
    }
    send(step, packet, macros);
    if (!terms.answers(step)) {
      return new MilterReply.Continue();
    }
    while (true) {
      switch (read()) {
        case MilterReply.Progress _ -> {}
        case MilterReply.Change _ -> throw new MilterException("it made a change too early");
        case MilterReply.Final reply -> {
          return reply;
        }
      }
    }
  }

  private void send(Terms.Step step, Packet packet, Map<String, String> macros) throws IOException {
    var words = new ArrayList<String>();
    macros.forEach(
        (name, value) -> {
          if (terms.wantsMacro(step, name)) {
            words.add(name);
            words.add(octets(value));
          }
        });
    if (!words.isEmpty()) {
      byte[] values = Packet.words(words);
      byte[] data = new byte[values.length + 1];
      data[0] = (byte) step.letter;
      System.arraycopy(values, 0, data, 1, values.length);
      wire.write(new Packet('D', data));
    }
    wire.write(packet);
  }

  private MilterReply read() throws IOException {
    if (nanos.getAsLong() - end > 0) {
      throw new SocketTimeoutException("it is at work for too long");
    }
    return switch (MilterReply.parse(wire.read())) {
      case Parsed.Ok<MilterReply>(MilterReply reply) -> reply;
      case Parsed.Malformed<MilterReply> malformed ->
          throw new MilterException("it did not give " + malformed.expected());
    };
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), Packet.OCTETS);
  }

  private static List<String> octets(List<String> words) {
    return words.stream().map(MilterDialog::octets).toList();
  }

  /// Takes leave. May wait as long as for an answer.
  @Override
  public void close() {
    try {
      wire.write(Packet.of('Q'));
      wire.flush();
    } catch (IOException e) {
      // It has gone already.
    }
    wire.close();
  }
}
