package net.facteur.auth.dkim;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;

/// Key records that were read lately, by their text: few signers send most mail.
///
/// Nothing here outlives what the DNS says, since the text is asked for each time. Bounded by the
/// size of the texts. Safe for use by many threads.
final class KnownKeys {
  private static final int ENTRY_CHARS = 200;
  private static final long MAX_CHARS = 2L * 1024 * 1024;

  /// Longer texts are read each time, so that they push nothing out.
  private static final int LONGEST = 4096;

  private final Cache<String, Known> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CHARS)
          .weigher((String text, Known _) -> text.length() + ENTRY_CHARS)
          .executor(Runnable::run)
          .build();

  /// A record and its key.
  record Known(Parsed<DkimKeyRecord> record, Parsed<DkimPublicKey> key) {}

  Known read(TxtRecord txt) {
    String text = txt.text();
    return text.length() > LONGEST ? parse(text) : known.get(text, KnownKeys::parse);
  }

  private static Known parse(String text) {
    return switch (DkimKeyRecord.parse(text)) {
      case Parsed.Ok<DkimKeyRecord> ok -> new Known(ok, ok.value().key());
      case Parsed.Malformed<DkimKeyRecord> m -> new Known(m, m.as());
    };
  }
}
