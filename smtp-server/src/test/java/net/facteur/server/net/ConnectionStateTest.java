package net.facteur.server.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
  private static final Pattern NAME = Pattern.compile("\\[(\\w+)]");
  private static final Set<String> ENDS = Set.of("Closing", "Closed");

  private final ArrayDeque<Runnable> disk = new ArrayDeque<>();
  private final List<String> ends = new ArrayList<>();
  private final MemoryBudget memory = new MemoryBudget(MemoryBudget.LEAST);

  /// A channel between two addresses.
  private static final class LoopbackChannel extends EmbeddedChannel {
    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    }

    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    }
  }

  /// What a test peer is answered: each command names the kind of answer.
  private final class Talk implements Conversation {
    final CompletableFuture<String> answer = new CompletableFuture<>();

    @Override
    public Step begin() {
      return reply("220 hello");
    }

    @Override
    public Step command(byte[] line) {
      return switch (new String(line, UTF_8)) {
        case "later" -> new Step.Later<>(answer, (value, _) -> reply("250 " + value));
        case "data" -> new Step.Data(reply("354 go"), new Receiver(false));
        case "disk" -> new Step.Data(reply("354 go"), new Receiver(true));
        case "chunk" -> new Step.Chunk(4, new Receiver(false));
        case "quit" -> new Step.Reply(List.of("221 bye"), true);
        default -> reply("250 ok");
      };
    }

    @Override
    public Step breach(Breach breach) {
      return new Step.Reply(List.of("421 " + breach), true);
    }

    @Override
    public void secured() {}

    @Override
    public int lineLimit() {
      return 512;
    }

    @Override
    public boolean idle() {
      return true;
    }

    @Override
    public void ended(String reason) {
      ends.add(reason);
    }
  }

  private static Step.Reply reply(String line) {
    return new Step.Reply(List.of(line), false);
  }

  private record Receiver(boolean mayBlock) implements ContentReceiver {
    @Override
    public boolean wanted() {
      return true;
    }

    @Override
    public void take(ByteBuffer octets) {}

    @Override
    public void spoiled() {}

    @Override
    public void seal() {}

    @Override
    public Step end() {
      return reply("250 taken");
    }
  }

  private final Talk talk = new Talk();
  private final LoopbackChannel channel = new LoopbackChannel();
  private final Connection connection =
      new Connection(
          channel,
          new ConnectionSetup(
              new Conversation.Factory() {
                @Override
                public Conversation open(Link link) {
                  return talk;
                }

                @Override
                public String overloaded() {
                  return "421 full";
                }
              },
              Optional.empty(),
              false,
              TransportSettings.DEFAULTS),
          new Connection.Shared(new ConnectionLimits(), memory, disk::add),
          "ABCDEFGHJKMN",
          _ -> {});

  private String open() {
    channel.pipeline().addLast(new ConnectionHandler(connection));
    return said();
  }

  private String say(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, UTF_8));
    return said();
  }

  private String said() {
    channel.runPendingTasks();
    if (channel.isOpen()) {
      channel.flushOutbound();
    }
    var all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(out.toString(UTF_8).replace("\r\n", "/"));
      out.release();
    }
    return all.toString();
  }

  private String state() {
    return connection.state().getClass().getSimpleName();
  }

  @Test
  void commandsAndContentTakeTurns() {
    assertEquals("Arriving", state());
    assertEquals("220 hello/", open());
    assertEquals("Commands", state());
    assertEquals("250 ok/250 ok/", say("noop\r\nnoop\r\nno"));
    assertEquals("354 go/", say("op\r\ndata\r\nSubject: x\r\n").replace("250 ok/", ""));
    assertEquals("Content", state());
    assertEquals("250 taken/250 ok/", say("\r\nx\r\n.\r\nnoop\r\n"));
    assertEquals("Commands", state());
    assertEquals("", say("chunk\r\nab"));
    assertEquals("Content", state());
    assertEquals("250 taken/", say("cd"));
    assertEquals("221 bye/", say("quit\r\nnoop\r\n"));
    var _ = channel.close();
    said();
    assertEquals("Closed", state());
    assertEquals(List.of("closed with 221"), ends);
    assertEquals(MemoryBudget.LEAST, memory.left());
  }

  @Test
  void nothingIsTakenWhileAnAnswerIsAwaited() {
    open();
    assertEquals("", say("later\r\nnoop\r\n"));
    assertEquals("Underway", state());
    talk.answer.complete("done");
    assertEquals("250 done/250 ok/", said());
    assertEquals("Commands", state());
  }

  @Test
  void anAnswerThatComesAfterTheEndIsDropped() {
    open();
    say("later\r\n");
    connection.abort();
    said();
    assertEquals("Closed", state());
    talk.answer.complete("done");
    assertEquals("", said());
    assertEquals(List.of("shutdown"), ends);
  }

  @Test
  void theDiskIsWaitedForWhateverBecomesOfThePeer() {
    open();
    assertEquals("354 go/", say("disk\r\nx\r\n"));
    assertEquals("Storing", state());
    var _ = channel.close();
    said();
    assertEquals("Abandoned", state());
    assertEquals(List.of(), ends, "the conversation goes on while content is on its way");
    disk.remove().run();
    said();
    assertEquals("Closed", state());
    assertEquals(List.of("peer closed"), ends);
    assertEquals(MemoryBudget.LEAST, memory.left());
  }

  @Test
  void whoIsSentAwayMeanwhileIsToldSoWhenTheDiskIsDone() {
    open();
    say("disk\r\nx\r\n");
    connection.dismiss();
    assertEquals("", said());
    assertEquals("Storing", state());
    disk.remove().run();
    assertEquals("421 DISMISSED/", said());
    assertTrue(connection.over());
  }

  @Test
  void theDiskIsWaitedForAfterAHangUp() {
    open();
    say("disk\r\nx\r\n.\r\n");
    assertEquals("Storing", state());
    connection.hangUp("test");
    said();
    assertEquals("Abandoned", state());
    disk.remove().run();
    said();
    assertEquals(List.of("test"), ends);
  }

  /// The table in the documentation is the one that is kept.
  @Test
  void theTransitionsAreThoseOfTheTable() throws IOException {
    Map<String, Set<String>> table = table();
    Map<String, ConnectionState> states =
        examples().stream().collect(Collectors.toMap(s -> s.getClass().getSimpleName(), s -> s));
    assertEquals(states.keySet(), table.keySet());
    states.forEach(
        (name, from) -> {
          Set<String> next = new TreeSet<>();
          states.forEach(
              (other, to) -> {
                if (from.mayBecome(to)) {
                  next.add(other);
                }
              });
          assertEquals(table.get(name), next, name);
        });
  }

  private List<ConnectionState> examples() {
    open();
    Client client =
        switch (connection.state()) {
          case ConnectionState.Known known -> known.client();
          case ConnectionState.Arriving _,
              ConnectionState.AwaitingProxy _,
              ConnectionState.Over _ ->
              throw new AssertionError(state());
        };
    var pump = new ContentPump.Counted(new Receiver(false), 1);
    var clock = new ContentClock(TransportSettings.Times.DEFAULTS, 0);
    return List.of(
        new ConnectionState.Arriving(),
        new ConnectionState.AwaitingProxy(),
        new ConnectionState.Handshaking(
            client,
            new TlsStart(new NoCertificates(), TransportSettings.Times.DEFAULTS.handshake())),
        new ConnectionState.Greeting(client),
        new ConnectionState.Commands(client),
        new ConnectionState.Underway(client),
        new ConnectionState.Content(client, pump, clock),
        new ConnectionState.Storing(client, pump, clock, 1),
        new ConnectionState.Closing(""),
        new ConnectionState.ClosingWhileStoring(""),
        new ConnectionState.Abandoned(""),
        new ConnectionState.Closed());
  }

  private static final class NoCertificates implements TlsContexts {
    @Override
    public io.netty.handler.ssl.SslContext byDefault() {
      throw new AssertionError();
    }

    @Override
    public io.netty.handler.ssl.SslContext forName(String name) {
      throw new AssertionError();
    }
  }

  private static Map<String, Set<String>> table() throws IOException {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    boolean ends = true;
    for (String line :
        Files.readAllLines(
            Path.of("src/main/java/net/facteur/server/net/ConnectionState.java"), UTF_8)) {
      if (line.startsWith("/// | [")) {
        String[] cells = line.split("\\|", -1);
        String name = names(cells[1]).iterator().next();
        Set<String> next = names(cells[3]);
        if (ends) {
          next.addAll(ENDS);
        }
        ends &= !name.equals("Content");
        table.put(name, next);
      }
    }
    return table;
  }

  private static Set<String> names(String cell) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(cell);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
