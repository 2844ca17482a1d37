package net.facteur.auth.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.facteur.auth.syntax.Parsed;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// The keys of the DNS root that are believed without proof: everything else follows from them.
///
/// Read from a master file with DS or DNSKEY records of the root, as BIND, Unbound and Debian's
/// `dns-root-data` keep it.
public final class TrustAnchors {
  private static final int MAX_ANCHORS = 32;

  private final List<Record> records;

  private TrustAnchors(List<Record> records) {
    this.records = List.copyOf(records);
  }

  /// The two keys of the root, 20326 and 38696, that IANA has published.
  public static TrustAnchors iana() {
    try (InputStream in = TrustAnchors.class.getResourceAsStream("root-anchors.ds")) {
      if (in == null) {
        throw new IllegalStateException("the trust anchors are missing in this build");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .toOptional()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads DS and DNSKEY records of the root; anything else is malformed.
  public static Parsed<TrustAnchors> parse(String masterFile) {
    var in = new ByteArrayInputStream(masterFile.getBytes(StandardCharsets.ISO_8859_1));
    var records = new ArrayList<Record>();
    try (var master = new Master(in, Name.root, 0)) {
      master.disableIncludes(true);
      master.expandGenerate(false);
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        boolean usable = record instanceof DSRecord || record instanceof DNSKEYRecord;
        if (!usable || !record.getName().equals(Name.root) || records.size() == MAX_ANCHORS) {
          return Parsed.malformed(0, "DS or DNSKEY records of the root, at most " + MAX_ANCHORS);
        }
        records.add(record);
      }
    } catch (IOException | IllegalArgumentException e) {
      return Parsed.malformed(0, "a master file: " + DnsjavaRecords.inLine(e));
    }
    return records.isEmpty()
        ? Parsed.malformed(0, "at least one DS or DNSKEY record of the root")
        : Parsed.ok(new TrustAnchors(records));
  }

  /// The key tags, as they stand in the file.
  public List<Integer> keyTags() {
    return records.stream().map(TrustAnchors::keyTag).distinct().toList();
  }

  private static int keyTag(Record record) {
    return switch (record) {
      case DSRecord ds -> ds.getFootprint();
      case DNSKEYRecord key -> key.getFootprint();
      default -> throw new IllegalStateException("no anchor: " + record);
    };
  }

  boolean matches(DNSKEYRecord key) {
    return records.stream().anyMatch(anchor -> matches(anchor, key));
  }

  private static boolean matches(Record anchor, DNSKEYRecord key) {
    return switch (anchor) {
      case DSRecord ds ->
          ds.getFootprint() == key.getFootprint()
              && ds.getAlgorithm() == key.getAlgorithm()
              && Arrays.equals(
                  ds.getDigest(),
                  new DSRecord(Name.root, DClass.IN, 0, ds.getDigestID(), key).getDigest());
      case DNSKEYRecord own ->
          own.getAlgorithm() == key.getAlgorithm() && Arrays.equals(own.getKey(), key.getKey());
      default -> false;
    };
  }

  void addTo(ValidatingResolver validator) {
    try {
      var text = new StringBuilder();
      records.forEach(r -> text.append(r).append('\n'));
      validator.loadTrustAnchors(
          new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
