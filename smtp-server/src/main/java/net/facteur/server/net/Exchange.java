package net.facteur.server.net;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import net.facteur.server.net.ConnectionState.Arriving;
import net.facteur.server.net.ConnectionState.AwaitingProxy;
import net.facteur.server.net.ConnectionState.Commands;
import net.facteur.server.net.ConnectionState.Content;
import net.facteur.server.net.ConnectionState.Greeting;
import net.facteur.server.net.ConnectionState.Handshaking;
import net.facteur.server.net.ConnectionState.Known;
import net.facteur.server.net.ConnectionState.Over;
import net.facteur.server.net.ConnectionState.Storing;
import net.facteur.server.net.ConnectionState.Underway;
import net.facteur.server.net.Conversation.Breach;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What is said on a connection: cuts commands out of the input, and does what the conversation
/// answers.
final class Exchange {
  private static final Logger LOG = LogManager.getLogger(Exchange.class);

  private final Connection connection;
  private final LineFramer framer = new LineFramer();
  private final Turns turns = new Turns();

  Exchange(Connection connection) {
    this.connection = connection;
  }

  // ---- work

  void proceed() {
    run(() -> {});
  }

  /// Does `first`, then whatever the input allows.
  void run(Runnable first) {
    if (connection.over() || !turns.begin()) {
      return;
    }
    try {
      first.run();
      workOff();
      leaveIfDone();
    } catch (RuntimeException e) {
      LOG.error("{} conversation failed", connection.id(), e);
      connection.hangUp("internal error");
    } finally {
      turns.end();
    }
    if (connection.state().busy()) {
      connection.flush();
    }
  }

  private void workOff() {
    boolean more = true;
    for (int done = 0; more && free() && !connection.departure().atOnce(); done++) {
      if (done == Turns.LENGTH) {
        letOthersGo();
        return;
      }
      more =
          switch (connection.state()) {
            case Commands(Client client) -> nextCommand(client);
            case Content content -> connection.intake().next(content);
            case Arriving _,
                AwaitingProxy _,
                Handshaking _,
                Greeting _,
                Underway _,
                Storing _,
                Over _ ->
                false;
          };
    }
  }

  /// What is left is done when the other connections of this event loop had their turn.
  private void letOthersGo() {
    turns.queue();
    connection
        .channel()
        .eventLoop()
        .execute(
            () -> {
              turns.called();
              connection.goOn();
            });
  }

  /// True where the next octets of the input could be taken.
  boolean free() {
    return !waits() && !connection.over() && !connection.wire().full();
  }

  /// True where they have to wait, for us or for other connections.
  boolean waits() {
    return turns.queued() || connection.state().busy();
  }

  private void leaveIfDone() {
    switch (connection.state()) {
      case Arriving _, AwaitingProxy _, Handshaking _ -> leaveAtEndOfInput();
      case Commands(Client client) -> leaveIfDone(client, client.talk().idle());
      case Content(Client client, _, _) -> leaveIfDone(client, false);
      case Greeting _, Underway _, Storing _, Over _ -> {}
    }
  }

  /// @param idle nothing is half done
  private void leaveIfDone(Client client, boolean idle) {
    switch (connection.departure()) {
      case Departure.AtOnce _ -> breach(client, Breach.DISMISSED, "ended by us");
      case Departure.None _ -> leaveAtEndOfInput();
      case Departure.WhenIdle(Breach breach) -> {
        leaveAtEndOfInput();
        if (idle && free()) {
          breach(client, breach);
        }
      }
    }
  }

  private void leaveAtEndOfInput() {
    if (connection.input().ended() && free()) {
      connection.hangUp("peer closed");
    }
  }

  // ---- commands

  /// The next octets are commands.
  void awaitCommand(Client client) {
    if (!connection.over()) {
      connection.become(new Commands(client));
      connection.peerIsToSpeak(connection.times().command());
    }
  }

  private boolean nextCommand(Client client) {
    switch (connection.input().skip()) {
      case NONE -> {}
      case PART -> {
        return false;
      }
      case WHOLE -> {
        breach(client, Breach.NO_MEMORY);
        return true;
      }
      case ENDLESS -> {
        breach(client, Breach.ENDLESS_LINE);
        return true;
      }
    }
    Conversation talk = client.talk();
    return switch (framer.next(
        connection.input().octets(), talk.lineLimit(), talk.takesBareLineFeeds())) {
      case LineFramer.Frame.Unfinished _ -> false;
      case LineFramer.Frame.Line(byte[] line) -> {
        apply(client, talk.command(line));
        yield true;
      }
      case LineFramer.Frame.Broken(Breach breach) -> {
        breach(client, breach);
        yield true;
      }
    };
  }

  // ---- answers

  /// Tells the conversation what the peer did, and the peer what it says to that.
  void breach(Client client, Breach breach) {
    apply(client, client.talk().breach(breach));
  }

  /// @param reason why the connection ends, for the log
  void breach(Client client, Breach breach, String reason) {
    apply(client, client.talk().breach(breach), _ -> reason);
  }

  void apply(Client client, Step step) {
    apply(client, step, Exchange::code);
  }

  static String code(Step.Reply last) {
    return "closed with " + last.lines().getLast().subSequence(0, 3);
  }

  /// @param reason why the connection ends, where this is its last reply
  private void apply(Client client, Step step, Function<Step.Reply, String> reason) {
    switch (step) {
      case Step.Reply reply -> {
        connection.send(reply, reason.apply(reply));
        awaitCommand(client);
      }
      case Step.StartTls(Step.Reply reply) -> beginTls(client, reply);
      case Step.Data(Step.Reply reply, ContentReceiver receiver) -> {
        connection.send(reply, reason.apply(reply));
        var decoder = new DotDecoder(client.talk().takesBareLineFeeds());
        connection.intake().begin(client, new ContentPump.Dotted(receiver, decoder));
      }
      case Step.Chunk(long octets, ContentReceiver receiver) ->
          connection.intake().begin(client, new ContentPump.Counted(receiver, octets));
      case Step.Later<?> later -> await(client, later, reason);
      case Step.Hangup() -> connection.hangUp("closed by us");
    }
  }

  private void beginTls(Client client, Step.Reply reply) {
    // CVE-2011-0411: what was sent in the clear behind STARTTLS must never count as secured.
    if (connection.input().any()) {
      breach(client, Breach.INJECTED_BEFORE_TLS);
      return;
    }
    connection.send(reply, code(reply));
    connection.flush();
    connection.entrance().startHandshake(client);
  }

  private <T> void await(Client client, Step.Later<T> later, Function<Step.Reply, String> reason) {
    CompletableFuture<T> answer = later.stage().toCompletableFuture();
    if (answer.isDone()) {
      apply(client, settled(later, answer), reason);
      return;
    }
    if (connection.over()) {
      return;
    }
    ConnectionState pending = pending(client);
    connection.weAreToAct();
    var _ =
        answer.whenComplete(
            (_, _) ->
                connection
                    .channel()
                    .eventLoop()
                    .execute(
                        () ->
                            resume(pending, () -> apply(client, settled(later, answer), reason))));
  }

  /// The state in which an answer is awaited.
  private ConnectionState pending(Client client) {
    return switch (connection.state()) {
      case Greeting greeting -> greeting;
      case Known _, Arriving _, AwaitingProxy _, Over _ -> {
        var underway = new Underway(client);
        connection.become(underway);
        yield underway;
      }
    };
  }

  private static <T> Step settled(Step.Later<T> later, CompletableFuture<T> answer) {
    if (answer.state() == Future.State.SUCCESS) {
      return later.then().apply(answer.resultNow(), null);
    }
    Throwable failure = answer.isCancelled() ? new CancellationException() : answer.exceptionNow();
    return later.then().apply(null, failure);
  }

  /// Does what an answer asks for, unless the connection does not wait for it any more.
  private void resume(ConnectionState pending, Runnable next) {
    if (pending.equals(connection.state())) {
      run(next);
      connection.flush();
      connection.reading().settle();
    }
  }
}
