package net.facteur.server.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.facteur.auth.message.MessageHeader;

/// Walks through the body of a message: its parts, the parts of parts, and messages within. One
/// pass, in memory that does not grow with the message.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2046#section-5.1 RFC 2046, section 5.1: Multipart Media
///   Type
public final class EntityWalk {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_HEADER = 256 << 10;
  private static final int PIECE = 16 << 10;

  /// What is told on the way. Octets handed over must not be kept.
  public interface Visitor {
    /// A part or a message within begins; its lines follow.
    ///
    /// @param sealed it stands in something that must not be changed
    void header(MessageHeader header, boolean sealed) throws IOException;

    /// Content that has an encoding of its own begins.
    void leaf(ContentType type, boolean sealed) throws IOException;

    /// A piece of that content, or its line end. The line end before a delimiter is not content.
    void content(byte[] octets, int length) throws IOException;

    /// The content is complete.
    void leafEnds() throws IOException;

    /// Text around parts: delimiters, and what nobody is shown.
    void around(byte[] octets, int length, boolean sealed) throws IOException;
  }

  /// The header of a part is longer than the header of a message may be.
  public static final class OverlongHeaderException extends IOException {
    private static final long serialVersionUID = 1L;

    OverlongHeaderException() {
      super("the header of a part is too long");
    }
  }

  private enum State {
    HEADER,
    LEAF,
    AROUND
  }

  /// An open multipart.
  private record Level(String delimiter, boolean digest, boolean sealed) {}

  private final Visitor visitor;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final ByteArrayOutputStream headerLines = new ByteArrayOutputStream();
  private State state = State.AROUND;
  private boolean sealed;
  private boolean heldLineEnd;

  public EntityWalk(Visitor visitor) {
    this.visitor = visitor;
  }

  /// @param top the header of the message, of which the visitor is not told
  /// @param topSealed nothing in the message may be changed
  public void walk(MessageHeader top, boolean topSealed, InputStream body) throws IOException {
    sealed = topSealed;
    open(ContentType.of(top));
    byte[] piece = new byte[PIECE];
    int length = 0;
    boolean lineStarts = true;
    for (int octet = body.read(); octet >= 0; octet = body.read()) {
      piece[length++] = (byte) octet;
      boolean lineEnds = octet == '\n';
      if (lineEnds || length == PIECE) {
        piece(piece, length, lineStarts);
        lineStarts = lineEnds;
        length = 0;
      }
    }
    if (length > 0) {
      piece(piece, length, lineStarts);
    }
    switch (state) {
      case HEADER -> headerEnds();
      case LEAF -> {}
      case AROUND -> {}
    }
    endLeaf(true);
  }

  private void piece(byte[] octets, int length, boolean lineStarts) throws IOException {
    if (lineStarts
        && length > 2
        && octets[0] == '-'
        && octets[1] == '-'
        && delimiter(octets, length)) {
      return;
    }
    switch (state) {
      case HEADER -> headerLine(octets, length, lineStarts);
      case LEAF -> leafPiece(octets, length);
      case AROUND -> visitor.around(octets, length, sealed);
    }
  }

  private void leafPiece(byte[] octets, int length) throws IOException {
    if (heldLineEnd) {
      visitor.content(new byte[] {'\r', '\n'}, 2);
    }
    heldLineEnd = length >= 2 && octets[length - 1] == '\n' && octets[length - 2] == '\r';
    visitor.content(octets, heldLineEnd ? length - 2 : length);
  }

  private void headerLine(byte[] octets, int length, boolean lineStarts) throws IOException {
    boolean empty = lineStarts && length == 2 && octets[0] == '\r';
    headerLines.write(octets, 0, length);
    if (headerLines.size() > MAX_HEADER) {
      throw new OverlongHeaderException();
    }
    if (empty) {
      headerEnds();
    }
  }

  private void headerEnds() throws IOException {
    MessageHeader header = MessageHeader.parse(headerLines.toByteArray());
    headerLines.reset();
    sealed |= !header.all("DKIM-Signature").isEmpty();
    visitor.header(header, sealed);
    open(ContentType.of(header));
  }

  private void open(ContentType type) throws IOException {
    Level level = levels.peek();
    boolean digested = level != null && level.digest() && type.type().isEmpty();
    if (type.isMultipart() && type.boundary().isPresent() && levels.size() < MAX_DEPTH) {
      sealed |= type.isSealed();
      levels.push(
          new Level("--" + type.boundary().get(), type.type().equals("multipart/digest"), sealed));
      state = State.AROUND;
    } else if ((type.isMessage() || digested) && type.isIdentity()) {
      state = State.HEADER;
    } else {
      state = State.LEAF;
      heldLineEnd = false;
      visitor.leaf(type, sealed || type.isSealed());
    }
  }

  /// A line that begins or ends a part of an open multipart, the innermost first.
  private boolean delimiter(byte[] octets, int length) throws IOException {
    String line = new String(octets, 0, length, StandardCharsets.ISO_8859_1).stripTrailing();
    for (Level level : List.copyOf(levels)) {
      boolean closes = line.equals(level.delimiter() + "--");
      if (closes || line.equals(level.delimiter())) {
        if (state == State.HEADER) {
          headerEnds(); // a header without an end
        }
        endLeaf(false);
        while (!level.equals(levels.peek())) {
          levels.pop();
        }
        sealed = level.sealed();
        visitor.around(octets, length, sealed);
        if (closes) {
          levels.pop();
          state = State.AROUND;
        } else {
          state = State.HEADER;
        }
        return true;
      }
    }
    return false;
  }

  private void endLeaf(boolean last) throws IOException {
    if (state == State.LEAF) {
      if (heldLineEnd && last) {
        visitor.content(new byte[] {'\r', '\n'}, 2);
      }
      visitor.leafEnds();
      if (heldLineEnd && !last) {
        visitor.around(new byte[] {'\r', '\n'}, 2, sealed);
      }
      heldLineEnd = false;
      state = State.AROUND;
    }
  }
}
