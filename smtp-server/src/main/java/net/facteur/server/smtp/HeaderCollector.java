package net.facteur.server.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import net.facteur.server.net.MemoryBudget;
import org.jspecify.annotations.Nullable;

/// Collects the header section of a message, up to and with the empty line that ends it. Its buffer
/// is paid for from the client's share of memory before it grows.
///
/// From known clients it takes what Postfix takes: a first line `From alice ...` of a mailbox file
/// is dropped, and a line that can be no field ends the header, and belongs to the body.
final class HeaderCollector {
  static final SmtpReply NUL = SmtpReply.of(550, 5, 6, 0, "The message holds a NUL");

  private static final int FIRST_CAPACITY = 2_048;

  /// `From alice Mon Nov 30 12:00:00 2026`
  private static final Pattern MAILBOX_LINE =
      Pattern.compile(">?From [^ \\r\\n]{1,100} [^\\r\\n]{0,40}[0-9]{1,2}:[0-9]{2}");

  private final int maxSize;
  private final int maxFields;
  private final boolean lenient;
  private final MemoryBudget.Loan memory;
  private byte[] octets = new byte[0];
  private int size;
  private int lineStart;
  private int fields;
  private boolean complete;
  private @Nullable SmtpReply fault;
  private ByteBuffer early = ByteBuffer.allocate(0);

  HeaderCollector(int maxSize, int maxFields, MemoryBudget.Loan memory, boolean lenient) {
    this.memory = memory;
    this.maxSize = maxSize;
    this.maxFields = maxFields;
    this.lenient = lenient;
  }

  /// The beginning of the body where it began without an empty line; empty when asked again.
  ByteBuffer early() {
    ByteBuffer begun = early;
    early = ByteBuffer.allocate(0);
    return begun;
  }

  /// Takes what belongs to the header from `from`, and leaves the body in it.
  void take(ByteBuffer from) {
    while (!complete && fault == null && from.hasRemaining()) {
      add(from.get());
    }
  }

  private void add(byte octet) {
    if (size == maxSize) {
      fault = SmtpReply.of(552, 5, 3, 4, "Message header too big");
      return;
    }
    if (size == octets.length && !grow()) {
      fault = SmtpReply.NO_MEMORY;
      return;
    }
    if (octet == 0) {
      // RFC 5322, 4: never generated, and readers cut a field or its name short there.
      fault = NUL;
      return;
    }
    boolean afterCr = size > 0 && octets[size - 1] == '\r';
    if (afterCr != (octet == '\n')) {
      // BDAT may carry any octets in a body, but a header section is always lines.
      fault = SmtpReply.of(550, 5, 6, 11, "Header lines must end with CRLF");
      return;
    }
    if (size == lineStart
        && octet != ' '
        && octet != '\t'
        && octet != '\r'
        && ++fields > maxFields) {
      fault = SmtpReply.of(552, 5, 3, 4, "Too many header fields");
      return;
    }
    octets[size++] = octet;
    if (octet == '\n') {
      complete = size - lineStart == 2;
      if (lenient && !complete && !isHeaderLine()) {
        dropOrEnd();
      }
      lineStart = size;
    }
  }

  /// Twice what is new: while it grows, and when it goes on with fields of ours, there are two.
  private boolean grow() {
    int capacity = Math.min(maxSize, Math.max(FIRST_CAPACITY, size * 2));
    if (!memory.take(2L * (capacity - octets.length))) {
      return false;
    }
    octets = Arrays.copyOf(octets, capacity);
    return true;
  }

  /// True where the last line is a field or the continuation of one.
  private boolean isHeaderLine() {
    int at = lineStart;
    if (octets[at] == ' ' || octets[at] == '\t') {
      return lineStart > 0;
    }
    while (at < size && octets[at] > ' ' && octets[at] < 0x7f && octets[at] != ':') {
      at++;
    }
    int nameEnd = at;
    while (at < size && (octets[at] == ' ' || octets[at] == '\t')) {
      at++;
    }
    return nameEnd > lineStart && at < size && octets[at] == ':';
  }

  private void dropOrEnd() {
    String line =
        new String(octets, lineStart, Math.min(size - lineStart, 200), StandardCharsets.ISO_8859_1);
    boolean first = lineStart == 0 && (line.startsWith("From ") || line.startsWith(">From "));
    // Some programs put fields of their own on top of it.
    if (first || MAILBOX_LINE.matcher(line).lookingAt()) {
      size = lineStart;
      return;
    }
    early = ByteBuffer.wrap(Arrays.copyOfRange(octets, lineStart, size));
    size = lineStart;
    complete = true;
  }

  /// The message has ended, maybe within its header.
  void end() {
    if (!complete && size > 0 && octets[size - 1] == '\r') {
      fault = SmtpReply.of(550, 5, 6, 11, "Header lines must end with CRLF");
    } else if (lenient && !complete && size > lineStart) {
      // BDAT may end within a line; a field without its CRLF would swallow the next one.
      add((byte) '\r');
      add((byte) '\n');
    }
    complete = true;
  }

  @Nullable SmtpReply fault() {
    return fault;
  }

  /// Hands the section over; nothing of it stays here.
  byte[] octets() {
    byte[] section = size == octets.length ? octets : Arrays.copyOf(octets, size);
    octets = new byte[0];
    size = 0;
    return section;
  }

  /// Lets go of what was collected.
  void drop() {
    octets = new byte[0];
    size = 0;
    complete = true;
  }
}
