package net.facteur.server.smtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.Link;
import net.facteur.server.net.MemoryBudget;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// A message while it arrives: the header section in memory, the body in a stage. The first thing
/// that is wrong with it becomes its refusal; from then on octets only pass by.
final class IncomingMessage {
  /// Octets and fields of a header section.
  private static final int MAX_HEADER = 256 << 10;

  private static final int MAX_FIELDS = 1_000;

  private static final Logger LOG = LogManager.getLogger(IncomingMessage.class);

  /// From here on the stage may be about to open its file.
  private static final int SURELY_IN_MEMORY = 128 * 1024;

  private final BodyStage stage;
  private final HeaderCollector header;
  private final MemoryBudget.Loan memory;
  private final Optional<LineEnds> lineEnds;
  private final long maxSize;
  private final String sessionId;
  private long size;
  private long bodyInMemory;
  private @Nullable SmtpReply refusal;
  private @Nullable StagedBody body;
  private boolean discarded;
  private boolean handedOver;

  /// How content is taken.
  enum Manner {
    /// As it is.
    STRICT,
    /// Line ends are mended, and what is no header ends the header: from clients that are known.
    MENDED,
    /// As it is, but for the header, which is always lines: BINARYMIME of a known client.
    BINARY
  }

  /// @param memory the client's share, for the header and for the body until it is in a file; given
  ///   back by whoever drops the message, or has taken it over
  IncomingMessage(
      BodyStage stage,
      SmtpSettings settings,
      MemoryBudget.Loan memory,
      String sessionId,
      Manner manner) {
    this.stage = stage;
    this.memory = memory;
    this.header = new HeaderCollector(MAX_HEADER, MAX_FIELDS, memory, manner != Manner.STRICT);
    this.lineEnds = manner == Manner.MENDED ? Optional.of(new LineEnds()) : Optional.empty();
    this.maxSize = settings.maxMessageSize();
    this.sessionId = sessionId;
  }

  @Nullable SmtpReply refusal() {
    return refusal;
  }

  long size() {
    return size;
  }

  /// The header section, which is the caller's from now on.
  byte[] header() {
    return header.octets();
  }

  /// What the message holds of the client's share of memory.
  MemoryBudget.Loan memory() {
    return memory;
  }

  /// The body, which is the caller's from now on.
  StagedBody takeBody() {
    StagedBody whole = body;
    if (whole == null) {
      throw new IllegalStateException("the message is not complete");
    }
    handedOver = true;
    return whole;
  }

  boolean mayBlock() {
    return refusal == null
        && (stage.inFile() || stage.size() >= SURELY_IN_MEMORY || memory.tight());
  }

  void take(ByteBuffer octets) {
    size += octets.remaining();
    if (refusal != null) {
      return;
    }
    if (size > maxSize) {
      refuse(SmtpReply.of(552, 5, 3, 4, "Message too big"));
      return;
    }
    if (lineEnds.isPresent()) {
      refuse(lineEnds.get().take(octets, this::hand));
    } else {
      hand(octets);
    }
  }

  private void hand(ByteBuffer octets) {
    if (refusal != null) {
      return;
    }
    header.take(octets);
    if (header.fault() != null) {
      refuse(header.fault());
      return;
    }
    ByteBuffer early = header.early();
    if (early.hasRemaining()) {
      write(early);
    }
    if (octets.hasRemaining() && refusal == null) {
      write(octets);
    }
  }

  private void refuse(LineEnds.Fault fault) {
    switch (fault) {
      case NONE -> {}
      case BARE_CR -> refuse(SmtpReply.of(550, 5, 6, 11, "A carriage return stands alone"));
      case NUL -> refuse(SmtpReply.of(550, 5, 6, 0, "The message holds a NUL"));
    }
  }

  private void write(ByteBuffer octets) {
    try {
      if (!stage.inFile()) {
        int more = octets.remaining();
        if (memory.take(more)) {
          bodyInMemory += more;
        } else {
          // The client's share is used up, but a disk has room.
          stage.spill();
        }
      }
      stage.write(octets);
      if (bodyInMemory > 0 && stage.inFile()) {
        memory.give(bodyInMemory);
        bodyInMemory = 0;
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  private void broken(IOException e) {
    LOG.error("{} cannot store the message: {}", sessionId, e.toString());
    refuse(SmtpReply.of(452, 4, 3, 1, "Insufficient system storage"));
  }

  void refuse(SmtpReply reply) {
    if (refusal == null) {
      refusal = reply;
      forget();
    }
  }

  /// No octets follow.
  void seal() {
    lineEnds.ifPresent(ends -> refuse(ends.end()));
    if (refusal == null) {
      header.end();
      if (header.fault() != null) {
        refuse(header.fault());
        return;
      }
      ByteBuffer early = header.early();
      if (early.hasRemaining()) {
        write(early);
      }
      if (refusal != null) {
        return;
      }
      try {
        body = stage.complete();
      } catch (IOException e) {
        broken(e);
      }
    }
  }

  /// The message is not wanted any more, unless the service has it already.
  void discard(Link link) {
    if (discarded || handedOver) {
      return;
    }
    if (stage.inFile()) {
      link.offLoop(this::forget);
    } else {
      forget();
    }
  }

  /// The message is not wanted any more; whoever says so may wait for the disk.
  void drop() {
    if (!handedOver) {
      forget();
    }
  }

  private void forget() {
    if (discarded) {
      return;
    }
    discarded = true;
    header.drop();
    memory.close();
    if (body != null) {
      body.discard();
    } else {
      stage.discard();
    }
  }
}
