package net.facteur.server.smtp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.facteur.server.net.MemoryBudget;
import org.jspecify.annotations.Nullable;

/// Collects the header section of a message, up to and with the empty line that ends it. Its buffer
/// is paid for from the client's share of memory before it grows.
final class HeaderCollector {
  static final SmtpReply NUL = SmtpReply.of(550, 5, 6, 0, "The message holds a NUL");

  private static final int FIRST_CAPACITY = 2_048;

  private final int maxSize;
  private final int maxFields;
  private final MemoryBudget.Loan memory;
  private byte[] octets = new byte[0];
  private int size;
  private int lineStart;
  private int fields;
  private boolean complete;
  private @Nullable SmtpReply fault;

  HeaderCollector(int maxSize, int maxFields, MemoryBudget.Loan memory) {
    this.memory = memory;
    this.maxSize = maxSize;
    this.maxFields = maxFields;
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
      lineStart = size;
    }
  }

  /// Twice what is new: what reads the header works on a copy of it.
  private boolean grow() {
    int capacity = Math.min(maxSize, Math.max(FIRST_CAPACITY, size * 2));
    if (!memory.take(2L * (capacity - octets.length))) {
      return false;
    }
    octets = Arrays.copyOf(octets, capacity);
    return true;
  }

  /// The message has ended, maybe within its header.
  void end() {
    if (!complete && size > 0 && octets[size - 1] == '\r') {
      fault = SmtpReply.of(550, 5, 6, 11, "Header lines must end with CRLF");
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
