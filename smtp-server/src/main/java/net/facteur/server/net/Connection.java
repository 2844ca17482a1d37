package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import net.facteur.server.net.ConnectionState.Abandoned;
import net.facteur.server.net.ConnectionState.Arriving;
import net.facteur.server.net.ConnectionState.AwaitingProxy;
import net.facteur.server.net.ConnectionState.Closed;
import net.facteur.server.net.ConnectionState.Closing;
import net.facteur.server.net.ConnectionState.ClosingWhileStoring;
import net.facteur.server.net.ConnectionState.Commands;
import net.facteur.server.net.ConnectionState.Content;
import net.facteur.server.net.ConnectionState.Greeting;
import net.facteur.server.net.ConnectionState.Handshaking;
import net.facteur.server.net.ConnectionState.Known;
import net.facteur.server.net.ConnectionState.Over;
import net.facteur.server.net.ConnectionState.Storing;
import net.facteur.server.net.ConnectionState.Underway;
import net.facteur.server.net.Conversation.Breach;

/// One connection, from accept to close: its [state][ConnectionState], what each event means in it,
/// and how it ends. Everything runs on its event loop, but for writes to disk. How it begins is
/// told in [Entrance], what is said in [Exchange], what is stored in [ContentIntake].
final class Connection implements ConnectionLimits.Guest {
  /// How long a peer that is being told to go may take to read it.
  private static final Duration LINGER = Duration.ofSeconds(3);

  /// What all connections share.
  ///
  /// @param limits of the listener
  /// @param memory of all listeners
  /// @param blocking runs what may wait for a disk
  record Shared(ConnectionLimits limits, MemoryBudget memory, Executor blocking) {}

  private final Channel channel;
  private final ConnectionSetup door;
  private final Shared shared;
  private final String id;
  private final Consumer<Connection> whenGone;
  private final ReplyWriter wire;
  private final ReceivedOctets input;
  private final Deadline deadline;
  private final Idleness idleness = new Idleness();
  private final Entrance entrance;
  private final Exchange exchange;
  private final ContentIntake intake;
  private final Reading reading;
  private final List<Consumer<String>> atEnd = new ArrayList<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private ConnectionState state = new Arriving();
  private Departure departure = new Departure.None();

  /// @param id joins the log lines of the connection
  /// @param whenGone told when nothing of it is left
  Connection(
      Channel channel,
      ConnectionSetup door,
      Shared shared,
      String id,
      Consumer<Connection> whenGone) {
    this.channel = channel;
    this.door = door;
    this.shared = shared;
    this.id = id;
    this.whenGone = whenGone;
    this.wire = new ReplyWriter(channel);
    this.input = new ReceivedOctets(channel.alloc());
    this.deadline = new Deadline(channel.eventLoop(), this::expired);
    this.entrance = new Entrance(this);
    this.exchange = new Exchange(this);
    this.intake = new ContentIntake(this);
    this.reading = new Reading(this);
  }

  // ---- what it has

  Channel channel() {
    return channel;
  }

  ConnectionSetup door() {
    return door;
  }

  TransportSettings.Times times() {
    return door.settings().times();
  }

  Shared shared() {
    return shared;
  }

  String id() {
    return id;
  }

  ReplyWriter wire() {
    return wire;
  }

  ReceivedOctets input() {
    return input;
  }

  Deadline deadline() {
    return deadline;
  }

  Entrance entrance() {
    return entrance;
  }

  Exchange exchange() {
    return exchange;
  }

  ContentIntake intake() {
    return intake;
  }

  Reading reading() {
    return reading;
  }

  Departure departure() {
    return departure;
  }

  // ---- its state

  ConnectionState state() {
    return state;
  }

  boolean over() {
    return state instanceof Over;
  }

  void become(ConnectionState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(state + " does not become " + next);
    }
    state = next;
  }

  /// The peer may take its time from now on.
  void peerIsToSpeak(Duration limit) {
    peerIsLate(0);
    deadline.in(limit);
  }

  /// @param nanos since when it could have spoken
  void peerIsLate(long nanos) {
    idleness.since(deadline.now() - nanos);
  }

  /// The peer waits for us.
  void weAreToAct() {
    idleness.busy();
    deadline.in(times().service());
  }

  // ---- events

  void received(ByteBuf octets) {
    if (over()) {
      octets.release();
      return;
    }
    intake.arrived(octets.readableBytes());
    input.add(octets);
    if (state instanceof Greeting greeting && !entrance.delay(greeting.client()).isZero()) {
      exchange.run(() -> exchange.breach(greeting.client(), Breach.TALKED_TOO_EARLY));
    } else {
      exchange.proceed();
    }
    reading.settle();
  }

  void inputEnded() {
    input.end();
    if (over()) {
      wire.close();
    }
    exchange.proceed();
    flush();
  }

  /// There is room for replies, or time, or memory again.
  void goOn() {
    exchange.proceed();
    flush();
    reading.settle();
  }

  void flush() {
    wire.flush();
  }

  private void expired() {
    switch (state) {
      case AwaitingProxy _ -> entrance.unnamed("none came in time");
      case Arriving _, Handshaking _ -> hangUp("handshake timed out");
      case Greeting greeting -> late(greeting, Breach.SERVICE_TIMEOUT);
      case Underway underway -> late(underway, Breach.SERVICE_TIMEOUT);
      case Storing storing -> late(storing, Breach.SERVICE_TIMEOUT);
      case Commands commands -> late(commands, Breach.TIMEOUT);
      case Content content ->
          late(content, content.clock().over(deadline.now()) ? Breach.TOO_SLOW : Breach.TIMEOUT);
      case Over _ -> wire.close();
    }
  }

  private void late(Known now, Breach breach) {
    exchange.run(() -> exchange.breach(now.client(), breach, breach.name()));
  }

  // ---- from other threads

  /// Lets the connection end at the next moment when nothing is under way.
  void drain() {
    onLoop(
        () -> {
          leaveWhenIdle(Breach.SHUTDOWN);
          switch (state) {
            case Arriving _, AwaitingProxy _, Handshaking _ -> hangUp("shutdown");
            case Greeting _, Commands _, Underway _, Content _, Storing _, Over _ -> {
              exchange.proceed();
              flush();
            }
          }
        });
  }

  /// Sends the client away, even in the middle of a message.
  void dismiss() {
    onLoop(
        () -> {
          departure = new Departure.AtOnce();
          exchange.proceed();
          flush();
        });
  }

  @Override
  public long idleNanos() {
    return idleness.nanos(deadline.now());
  }

  @Override
  public void makeRoom() {
    onLoop(
        () -> {
          switch (state) {
            case Over _ -> {}
            case Arriving _, AwaitingProxy _, Handshaking _ -> hangUp("made room for another");
            case Commands commands -> crowdedOut(commands);
            case Content content -> crowdedOut(content);
            case Greeting _, Underway _, Storing _ -> {
              if (departure instanceof Departure.None) {
                leaveWhenIdle(Breach.CROWDED);
              }
            }
          }
        });
  }

  private void crowdedOut(Known now) {
    exchange.run(() -> exchange.breach(now.client(), Breach.CROWDED));
  }

  private void leaveWhenIdle(Breach breach) {
    departure =
        switch (departure) {
          case Departure.None _, Departure.WhenIdle _ -> new Departure.WhenIdle(breach);
          case Departure.AtOnce now -> now;
        };
  }

  void abort() {
    onLoop(() -> hangUp("shutdown"));
  }

  private void onLoop(Runnable task) {
    channel.eventLoop().execute(task);
  }

  /// Completes when nothing of the connection is left.
  CompletableFuture<Void> gone() {
    return gone;
  }

  // ---- its end

  /// Hands a reply to the peer, and takes leave where it is the last one.
  ///
  /// @param reason why, where it is the last one
  void send(Step.Reply reply, String reason) {
    if (over()) {
      return;
    }
    if (!reply.close()) {
      wire.write(reply);
      return;
    }
    boolean unread =
        switch (state) {
          case Content(Client client, _, _) -> client.clear();
          case Storing storing -> storing.client().clear();
          case Known known -> input.any() && known.client().clear();
          case Arriving _, AwaitingProxy _, Over _ -> input.any();
        };
    beAtEnd(reason);
    input.drop();
    if (wire.writeLast(reply, unread)) {
      deadline.in(LINGER);
    }
  }

  /// Ends the connection without a word.
  void hangUp(String reason) {
    beAtEnd(reason);
    wire.close();
  }

  private void beAtEnd(String reason) {
    switch (state) {
      case Arriving _,
          AwaitingProxy _,
          Handshaking _,
          Greeting _,
          Commands _,
          Underway _,
          Content _ ->
          become(new Closing(reason));
      case Storing _ -> become(new ClosingWhileStoring(reason));
      case Over _ -> {}
    }
  }

  /// The channel is closed.
  void ended() {
    deadline.cancel();
    switch (state) {
      case Arriving _,
          AwaitingProxy _,
          Handshaking _,
          Greeting _,
          Commands _,
          Underway _,
          Content _ ->
          finish("peer closed");
      case Storing _ -> become(new Abandoned("peer closed"));
      case Closing(String reason) -> finish(reason);
      case ClosingWhileStoring(String reason) -> become(new Abandoned(reason));
      case Abandoned _, Closed _ -> {}
    }
  }

  /// The other thread has let go of the content of a connection that nobody waits for any more.
  void stored() {
    switch (state) {
      case ClosingWhileStoring(String reason) -> become(new Closing(reason));
      case Abandoned(String reason) -> finish(reason);
      case Arriving _, AwaitingProxy _, Known _, Closing _, Closed _ ->
          throw new IllegalStateException("nothing was stored in " + state);
    }
  }

  /// Has `action` run when the connection ends, with the reason for the log.
  void atEnd(Consumer<String> action) {
    atEnd.add(action);
  }

  private void finish(String reason) {
    become(new Closed());
    input.drop();
    try {
      atEnd.forEach(action -> action.accept(reason));
    } finally {
      whenGone.accept(this);
      gone.complete(null);
    }
  }
}
