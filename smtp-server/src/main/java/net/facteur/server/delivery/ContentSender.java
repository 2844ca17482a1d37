package net.facteur.server.delivery;

import java.io.IOException;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.MessageTraits;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The content of one transaction, and how it goes to the host: never so that a host that does not
/// do what it announced could read it as commands.
final class ContentSender {
  private static final Logger LOG = LogManager.getLogger(ContentSender.class);

  /// Content up to this size leaves in the same flight as the envelope.
  private static final int ONE_FLIGHT_MAX = 64 * 1024;

  private static final int FIRST_CHUNK_MAX = 8;

  /// How the content goes.
  enum Carriage {
    DATA,
    /// By chunks. A first one, in which no host can find a command, shows whether this one does
    /// what CHUNKING promises.
    TRIED_CHUNKS,
    /// By one chunk, once recipients are taken.
    CHUNK,
    /// By one chunk, together with the envelope.
    ONE_FLIGHT
  }

  private final Session session;
  private final CommandChannel wire;
  private final DeliveryAttempt attempt;
  private final DeliverySettings settings;
  private boolean sent;
  private boolean chunkSent;

  ContentSender(Session session, DeliveryAttempt attempt, DeliverySettings settings) {
    this.session = session;
    this.wire = session.wire;
    this.attempt = attempt;
    this.settings = settings;
  }

  /// The whole content was given to the host, or may have been.
  boolean sent() {
    return sent;
  }

  /// At least a part of it was given by BDAT.
  boolean chunkSent() {
    return chunkSent;
  }

  Carriage carriage() throws ContentWriter.Unreadable {
    if (!session.capabilities.chunking()) {
      return Carriage.DATA;
    }
    try {
      boolean wanted =
          settings.chunking()
              || attempt.traits().body() == MessageTraits.Body.BINARY_MIME
              // A host breaks them where they come by DATA.
              || LineLengths.longest(attempt.content()) > LineLengths.MOST;
      if (!wanted) {
        return Carriage.DATA;
      }
      if (!session.chunks) {
        return Carriage.TRIED_CHUNKS;
      }
      return attempt.content().size() <= ONE_FLIGHT_MAX && !CommandLines.in(attempt.content())
          ? Carriage.ONE_FLIGHT
          : Carriage.CHUNK;
    } catch (IOException e) {
      throw new ContentWriter.Unreadable(e);
    }
  }

  /// What goes together with the envelope, or follows it at once.
  void begin(Carriage carriage) throws IOException {
    switch (carriage) {
      case DATA -> wire.line("DATA");
      case TRIED_CHUNKS -> firstChunkAlone();
      case ONE_FLIGHT -> lastChunk(0);
      case CHUNK -> {}
    }
  }

  /// All of it by one chunk.
  void chunk() throws IOException {
    lastChunk(0);
  }

  /// What the first chunk has left.
  void rest() throws IOException {
    lastChunk(firstChunk());
  }

  /// All of it after 354.
  void dotted() throws IOException {
    var writer = new ContentWriter(wire, settings.timeouts().dataBlock());
    writer.dotted(attempt.content());
    sent = true;
    tellOfLongLines(writer, "DATA");
  }

  /// The first octets of the content, up to the end of its first line at most: a command has a
  /// line's end. An empty line is none either.
  private int firstChunk() {
    byte[] header = attempt.content().header();
    int length = 0;
    while (length < Math.min(FIRST_CHUNK_MAX, header.length)
        && header[length] != '\r'
        && header[length] != '\n') {
      length++;
    }
    return length > 0 ? length : Math.min(2, header.length);
  }

  private void firstChunkAlone() throws IOException {
    int length = firstChunk();
    wire.line("BDAT " + length);
    wire.put(attempt.content().header(), 0, length);
    chunkSent = true;
  }

  /// @param from octets of the content that the host has
  private void lastChunk(int from) throws IOException {
    wire.line("BDAT " + (attempt.content().size() - from) + " LAST");
    var writer = new ContentWriter(wire, settings.timeouts().dataBlock());
    writer.plain(attempt.content(), from);
    sent = true;
    chunkSent = true;
    tellOfLongLines(writer, "BDAT");
  }

  private void tellOfLongLines(ContentWriter writer, String by) {
    if (writer.longestLine() > LineLengths.MOST) {
      LOG.info(
          "long-lines id={} to={} by={} longest={}: sent as they are",
          attempt.id(),
          session.remote.name(),
          by,
          writer.longestLine());
    }
  }
}
