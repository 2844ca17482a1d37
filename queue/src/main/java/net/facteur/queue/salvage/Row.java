package net.facteur.queue.salvage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A record: the values of a row or of an entry of an index.
///
/// @param rowid its number in the table, 0 in an index and in a table without such numbers
/// @param values `Long`, `Double`, `String`, `byte[]` or null
/// @spec https://www.sqlite.org/fileformat2.html#record_format section 2.1
public record Row(long rowid, List<@Nullable Object> values) {
  private static final int MAX_COLUMNS = 100;

  public Row {
    values = Collections.unmodifiableList(values);
  }

  /// A value, null where the record ends before it, as after a column was added.
  public @Nullable Object value(int column) {
    return column < values.size() ? values.get(column) : null;
  }

  /// @return empty where the octets are no record
  static Optional<Row> of(long rowid, byte[] payload) {
    var in = new Varints(ByteBuffer.wrap(payload));
    long header = in.next();
    if (header < 1 || header > payload.length || !in.sound()) {
      return Optional.empty();
    }
    var values = new ArrayList<@Nullable Object>();
    long at = header;
    while (in.position() < header) {
      long type = in.next();
      long length = length(type);
      if (!in.sound()
          || in.position() > header
          || length < 0
          || at + length > payload.length
          || values.size() == MAX_COLUMNS) {
        return Optional.empty();
      }
      values.add(value(type, payload, (int) at, (int) length));
      at += length;
    }
    return Optional.of(new Row(rowid, values));
  }

  /// @return -1 for a type that means nothing
  private static long length(long type) {
    return switch ((int) Math.min(type, 12)) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> type;
      case 5 -> 6;
      case 6, 7 -> 8;
      case 12 -> (type - 12) / 2;
      default -> -1;
    };
  }

  private static @Nullable Object value(long type, byte[] payload, int at, int length) {
    if (type >= 12) {
      return type % 2 == 0
          ? Arrays.copyOfRange(payload, at, at + length)
          : new String(payload, at, length, StandardCharsets.UTF_8);
    }
    if (type == 0) {
      return null;
    }
    if (type >= 8) {
      return type - 8;
    }
    long number = length == 0 ? 0 : payload[at]; // the first octet has the sign
    for (int i = 1; i < length; i++) {
      number = number << 8 | (payload[at + i] & 0xff);
    }
    return type == 7 ? (Object) Double.longBitsToDouble(number) : (Object) number;
  }
}
