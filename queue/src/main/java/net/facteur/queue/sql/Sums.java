package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import org.jspecify.annotations.Nullable;

/// Check sums (CRC-32C) of what stands in the queue, so that a disk that lies or rots is noticed
/// before a wrong octet or a wrong address leaves. They find every burst of up to 32 bits, and miss
/// one in four thousand million of other faults. They hold nobody off who may write to the disk.
///
/// Rows of versions that knew no sums have none, and are taken as they are.
final class Sums {
  private static final int BUFFER = 64 << 10;

  private Sums() {}

  /// Of a message's octets: the header's, with its queue id, above the body's.
  static long content(QueueId id, byte[] header, long body) {
    return header(id.text(), header) << 32 | body;
  }

  static long body(byte[] octets) {
    var sum = new CRC32C();
    sum.update(octets, 0, octets.length);
    return sum.getValue();
  }

  /// Reads to the end.
  static long body(InputStream in) throws IOException {
    var sum = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sum.update(buffer, 0, n);
    }
    return sum.getValue();
  }

  /// True where the header is that of the message for which the sum was made.
  static boolean isHeader(long sum, String id, byte[] header) {
    return sum >>> 32 == header(id, header);
  }

  /// True where the sum is of a body with this one.
  static boolean isBody(long sum, long body) {
    return (sum & 0xffff_ffffL) == body;
  }

  private static long header(String id, byte[] header) {
    var sum = new CRC32C();
    sum.update(id.getBytes(StandardCharsets.UTF_8));
    sum.update(header, 0, header.length);
    return sum.getValue();
  }

  /// What of a message's envelope all its recipients share, as it stands in the row.
  record Mail(
      @Nullable String id,
      long received,
      @Nullable String bodyType,
      boolean smtpUtf8,
      boolean requireTls,
      @Nullable String ret,
      @Nullable String envelopeId,
      @Nullable String priority) {
    static Mail of(QueueId id, long received, MessageTraits traits) {
      return new Mail(
          id.text(),
          received,
          traits.body().keyword(),
          traits.smtpUtf8(),
          traits.requireTls(),
          traits.returned().map(MessageTraits.Returned::name).orElse(null),
          traits.envelopeId().orElse(null),
          traits.priority().name());
    }
  }

  /// Of one recipient's envelope: what decides from whom, to whom and how the message goes.
  ///
  /// @param columns reverse_path, address, destination, notify, orcpt, forwarders
  static long envelope(Mail mail, int number, List<Optional<String>> columns) {
    var sum = new CRC32C();
    add(sum, mail.id);
    add(sum, Long.toString(mail.received));
    add(sum, mail.bodyType);
    add(sum, mail.smtpUtf8 ? "8" : "");
    add(sum, mail.requireTls ? "T" : "");
    add(sum, mail.ret);
    add(sum, mail.envelopeId);
    add(sum, mail.priority);
    add(sum, Integer.toString(number));
    columns.forEach(column -> add(sum, column.orElse(null)));
    return sum.getValue();
  }

  /// A column: its octets and an end that is no UTF-8, another where there is none.
  private static void add(CRC32C sum, @Nullable String text) {
    if (text != null) {
      sum.update(text.getBytes(StandardCharsets.UTF_8));
    }
    sum.update(text == null ? 0xfe : 0xff);
  }
}
