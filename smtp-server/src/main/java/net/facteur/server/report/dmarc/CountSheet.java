package net.facteur.server.report.dmarc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import net.facteur.auth.dmarc.DmarcRecord;

/// Sums in the order in which they are written, which is the same in all processes, so that none
/// waits for another in a ring.
final class CountSheet {
  private static final int HASH_BITS = 47;

  private final TreeMap<PolicyKey, Group> groups = new TreeMap<>();

  CountSheet(Map<CountedMail, Long> sums) {
    var texts = new ResultText();
    // Many messages have these in common, and both take a while to print.
    var results = new HashMap<CountedMail.Result, Told>();
    var published = new HashMap<DmarcRecord, String>();
    sums.forEach(
        (counted, messages) -> {
          String policy =
              published.computeIfAbsent(counted.policy().record(), PendingReport::published);
          Told result = results.computeIfAbsent(counted.result(), each -> Told.of(each, texts));
          groups
              .computeIfAbsent(
                  new PolicyKey(counted.day(), counted.policy().domain().text(), policy),
                  _ -> new Group(PendingReport.rua(counted.policy().record())))
              .add(counted, messages, result);
        });
  }

  Map<PolicyKey, Group> groups() {
    return groups;
  }

  record PolicyKey(long day, String domain, String published) implements Comparable<PolicyKey> {
    private static final Comparator<PolicyKey> ORDER =
        Comparator.comparingLong(PolicyKey::day)
            .thenComparing(PolicyKey::domain)
            .thenComparing(PolicyKey::published);

    @Override
    public int compareTo(PolicyKey other) {
      return ORDER.compare(this, other);
    }
  }

  /// @param hash of the result
  record RowKey(ByteBuffer source, long hash) implements Comparable<RowKey> {
    @Override
    public int compareTo(RowKey other) {
      int bySource = source.compareTo(other.source);
      return bySource == 0 ? Long.compare(hash, other.hash) : bySource;
    }
  }

  /// Sums of one policy.
  static final class Group {
    private final TreeMap<RowKey, Long> rows = new TreeMap<>();
    private final Map<Long, String> results = new TreeMap<>();
    private final String rua;
    private long messages;
    private long passed;

    Group(String rua) {
      this.rua = rua;
    }

    private void add(CountedMail counted, long sum, Told result) {
      results.put(result.hash(), result.text());
      rows.merge(
          new RowKey(ByteBuffer.wrap(counted.source().getAddress()), result.hash()),
          sum,
          Long::sum);
      messages += sum;
      passed += counted.result().passed() ? sum : 0;
    }

    Map<RowKey, Long> rows() {
      return rows;
    }

    /// A result as it is kept.
    String result(long hash) {
      return results.getOrDefault(hash, "");
    }

    String rua() {
      return rua;
    }

    long messages() {
      return messages;
    }

    long passed() {
      return passed;
    }
  }

  /// A result as it is kept.
  private record Told(long hash, String text) {
    static Told of(CountedMail.Result result, ResultText texts) {
      String text = texts.print(result);
      return new Told(CountSheet.hash(text), text);
    }
  }

  /// Positive, and six octets at most, which SQLite keeps as such.
  private static long hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - HASH_BITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
