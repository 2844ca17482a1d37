package net.facteur.auth.mtasts;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.VersionedFields;

/// The TXT record `_mta-sts.DOMAIN`: this domain has a policy, and this is its version.
///
/// @param id 1 to 32 letters and digits; says nothing but whether the policy has changed
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.1 RFC 8461, section 3.1: MTA-STS TXT
///   Records
public record MtaStsRecord(String id) {
  private static final String VERSION = "v=STSv1";
  private static final int MAX_ID = 32;

  public MtaStsRecord {
    if (!isId(id)) {
      throw new IllegalArgumentException("1 to 32 letters and digits, not " + id);
    }
  }

  private static boolean isId(String text) {
    return !text.isEmpty() && text.length() <= MAX_ID && text.chars().allMatch(Ascii::isAlnum);
  }

  /// Where a domain has its record.
  ///
  /// @return empty where the name would be too long
  public static Optional<DomainName> nameFor(DomainName domain) {
    return domain.child("_mta-sts");
  }

  /// Reads the text of one record.
  public static Parsed<MtaStsRecord> parse(String text) {
    return switch (VersionedFields.parse(text, VERSION)) {
      case Parsed.Malformed<VersionedFields> m -> m.as();
      case Parsed.Ok<VersionedFields>(VersionedFields fields) -> ofFields(fields, text.length());
    };
  }

  private static Parsed<MtaStsRecord> ofFields(VersionedFields fields, int end) {
    var extension = fields.badExtension("id");
    if (extension.isPresent()) {
      return extension.get().as();
    }
    return fields
        .first("id")
        .<Parsed<MtaStsRecord>>map(
            id ->
                isId(id.value())
                    ? Parsed.ok(new MtaStsRecord(id.value()))
                    : id.expected(0, "1 to 32 letters and digits"))
        .orElseGet(() -> Parsed.malformed(end, "the field id"));
  }

  /// Picks the record out of all TXT records at the name: there must be exactly one that begins
  /// with the version.
  public static Parsed<MtaStsRecord> select(List<TxtRecord> records) {
    // RFC 8461, 3.1: records that do not begin with "v=STSv1;" are discarded
    return VersionedFields.only(records.stream().map(TxtRecord::text).toList(), VERSION)
        .map(MtaStsRecord::parse)
        .orElseGet(() -> Parsed.malformed(0, "exactly one record that begins with v=STSv1;"));
  }

  /// The text to publish.
  public String print() {
    return VERSION + "; id=" + id + ";";
  }
}
