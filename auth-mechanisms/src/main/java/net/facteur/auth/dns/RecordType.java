package net.facteur.auth.dns;

import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A DNS record type together with the Java type of its data.
///
/// @param <T> the record data
/// @param mnemonic as in the IANA registry
/// @param code the RR TYPE number
/// @param data the class of the record data
public record RecordType<T>(String mnemonic, int code, Class<T> data) {
  public static final RecordType<InetAddress> A = new RecordType<>("A", 1, InetAddress.class);
  public static final RecordType<DomainName> NS = new RecordType<>("NS", 2, DomainName.class);
  public static final RecordType<DomainName> CNAME = new RecordType<>("CNAME", 5, DomainName.class);
  public static final RecordType<SoaRecord> SOA = new RecordType<>("SOA", 6, SoaRecord.class);
  public static final RecordType<DomainName> PTR = new RecordType<>("PTR", 12, DomainName.class);
  public static final RecordType<MxRecord> MX = new RecordType<>("MX", 15, MxRecord.class);
  public static final RecordType<TxtRecord> TXT = new RecordType<>("TXT", 16, TxtRecord.class);
  public static final RecordType<InetAddress> AAAA =
      new RecordType<>("AAAA", 28, InetAddress.class);
  public static final RecordType<SrvRecord> SRV = new RecordType<>("SRV", 33, SrvRecord.class);
  public static final RecordType<TlsaRecord> TLSA = new RecordType<>("TLSA", 52, TlsaRecord.class);

  /// The codes of all types above.
  static final Set<Integer> CODES =
      Stream.of(A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, TLSA)
          .map(RecordType::code)
          .collect(Collectors.toUnmodifiableSet());

  @Override
  public String toString() {
    return mnemonic;
  }
}
