package net.facteur.server.net;

import io.netty.buffer.ByteBuf;
import net.facteur.server.net.ConnectionState.Content;
import net.facteur.server.net.ConnectionState.Storing;
import net.facteur.server.net.ConnectionState.Underway;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Takes the content of DATA and BDAT in: on the event loop as long as it stays in memory, by
/// another thread where it may wait for a disk.
final class ContentIntake {
  private static final Logger LOG = LogManager.getLogger(ContentIntake.class);

  private final Connection connection;

  /// How far a piece of work on another thread came.
  private sealed interface Outcome {
    /// There is more to come.
    record Part() implements Outcome {}

    /// The content has ended.
    record Whole() implements Outcome {}

    record Failed(RuntimeException failure) implements Outcome {}
  }

  ContentIntake(Connection connection) {
    this.connection = connection;
  }

  /// The next octets are content.
  void begin(Client client, ContentPump pump) {
    if (!connection.over()) {
      var clock = new ContentClock(connection.times(), connection.deadline().now());
      connection.become(new Content(client, pump, clock));
      arrived(0);
    }
  }

  /// Gives the peer time for what it has sent, where that is content.
  void arrived(int octets) {
    if (connection.state() instanceof Content(_, ContentPump pump, ContentClock clock)) {
      int wanted = pump.receiver().wanted() ? octets : 0;
      long now = connection.deadline().now();
      connection.deadline().at(clock.arrived(wanted, now));
      connection.peerIsLate(clock.behind(now));
    }
  }

  /// Hands on what the input holds.
  ///
  /// @return false where more has to arrive
  boolean next(Content content) {
    ContentPump pump = content.pump();
    ByteBuf octets = connection.input().octets();
    if (pump.receiver().mayBlock()) {
      boolean ready = pump.ready(octets);
      if (ready) {
        store(content, pump);
      }
      return ready;
    }
    if (!pump.pump(octets)) {
      return false;
    }
    if (pump.receiver().mayBlock()) {
      // Only the end is left to do.
      store(content, new ContentPump.Counted(pump.receiver(), 0));
      return true;
    }
    pump.receiver().seal();
    end(content);
    return true;
  }

  /// All is in; what becomes of it is for the service to say.
  private void end(Content content) {
    connection.become(new Underway(content.client()));
    connection.exchange().apply(content.client(), content.pump().receiver().end());
  }

  /// Lets another thread work on the input collected so far, while this one collects what follows.
  private void store(Content content, ContentPump pump) {
    ByteBuf batch = connection.input().takeAll();
    connection.become(new Storing(content.client(), pump, content.clock(), batch.capacity()));
    connection.weAreToAct();
    connection
        .shared()
        .blocking()
        .execute(
            () -> {
              Outcome outcome = work(pump, batch);
              connection.channel().eventLoop().execute(() -> stored(batch, outcome));
            });
  }

  private static Outcome work(ContentPump pump, ByteBuf batch) {
    try {
      if (!pump.pump(batch)) {
        return new Outcome.Part();
      }
      pump.receiver().seal();
      return new Outcome.Whole();
    } catch (RuntimeException e) {
      return new Outcome.Failed(e);
    }
  }

  private void stored(ByteBuf batch, Outcome outcome) {
    if (connection.state() instanceof Storing storing) {
      goOn(storing, batch, outcome);
    } else {
      batch.release();
      connection.stored();
    }
  }

  private void goOn(Storing storing, ByteBuf batch, Outcome outcome) {
    ReceivedOctets input = connection.input();
    int newer = input.size();
    input.putBack(batch);
    var content = new Content(storing.client(), storing.pump(), storing.clock());
    connection.become(content);
    switch (outcome) {
      case Outcome.Failed(RuntimeException failure) -> {
        LOG.error("{} content failed", connection.id(), failure);
        connection.hangUp("internal error");
        return;
      }
      case Outcome.Part() -> {
        arrived(newer);
        if (newer > 0 || input.ended() || connection.departure().atOnce()) {
          connection.exchange().proceed();
        }
      }
      case Outcome.Whole() -> {
        arrived(newer);
        if (connection.departure().atOnce()) {
          connection.exchange().proceed();
        } else {
          connection.exchange().run(() -> end(content));
        }
      }
    }
    connection.flush();
    connection.reading().settle();
  }
}
