package net.facteur.auth.tlsrpt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.VersionedFields;

/// The TXT record `_smtp._tls.DOMAIN`: this domain wants reports, and this is where to.
///
/// @param rua at least one URI, `mailto:` and `https:` being the ones that can be used
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-3 RFC 8460, section 3: Reporting Policy
public record TlsRptRecord(List<String> rua) {
  /// More destinations than these are not used.
  public static final int MAX_DESTINATIONS = 10;

  private static final String VERSION = "v=TLSRPTv1";

  public TlsRptRecord {
    rua = List.copyOf(rua);
    if (rua.isEmpty()) {
      throw new IllegalArgumentException("a record names a destination");
    }
  }

  /// Where a domain has its record.
  ///
  /// @return empty where the name would be too long
  public static Optional<DomainName> nameFor(DomainName domain) {
    return domain.child("_smtp._tls");
  }

  /// Reads the text of one record.
  public static Parsed<TlsRptRecord> parse(String text) {
    return switch (VersionedFields.parse(text, VERSION)) {
      case Parsed.Malformed<VersionedFields> m -> m.as();
      case Parsed.Ok<VersionedFields>(VersionedFields fields) -> {
        var extension = fields.badExtension("rua");
        yield extension.isPresent()
            ? extension.get().as()
            : fields
                .first("rua")
                .map(TlsRptRecord::destinations)
                .orElseGet(() -> Parsed.malformed(text.length(), "the field rua"));
      }
    };
  }

  private static Parsed<TlsRptRecord> destinations(VersionedFields.Field field) {
    var uris = new ArrayList<String>();
    String value = field.value();
    for (int start = 0; start <= value.length(); ) {
      int comma = value.indexOf(',', start);
      int end = comma < 0 ? value.length() : comma;
      String uri = Ascii.trim(value.substring(start, end));
      if (!isUri(uri)) {
        return field.expected(start, "a URI");
      }
      uris.add(uri);
      start = end + 1;
    }
    return Parsed.ok(new TlsRptRecord(uris.subList(0, Math.min(uris.size(), MAX_DESTINATIONS))));
  }

  /// A scheme and something more; exclamation marks must be encoded.
  private static boolean isUri(String text) {
    int colon = text.indexOf(':');
    return colon > 0
        && colon < text.length() - 1
        && Ascii.isAlpha(text.charAt(0))
        && text.substring(0, colon)
            .chars()
            .allMatch(c -> Ascii.isAlnum(c) || c == '+' || c == '-' || c == '.')
        && text.chars().allMatch(c -> Ascii.isVisible(c) && c != '!');
  }

  /// Picks the record out of all TXT records at the name: there must be exactly one that begins
  /// with the version.
  public static Parsed<TlsRptRecord> select(List<TxtRecord> records) {
    // RFC 8460, 3: records that do not begin with "v=TLSRPTv1;" are discarded
    return VersionedFields.only(records.stream().map(TxtRecord::text).toList(), VERSION)
        .map(TlsRptRecord::parse)
        .orElseGet(() -> Parsed.malformed(0, "exactly one record that begins with v=TLSRPTv1;"));
  }

  /// The text to publish.
  public String print() {
    return VERSION + "; rua=" + String.join(",", rua) + ";";
  }
}
