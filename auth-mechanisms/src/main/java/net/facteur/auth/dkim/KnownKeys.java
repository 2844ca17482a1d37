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

  private final Cache<TxtRecord, Known> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CHARS)
          .weigher((TxtRecord txt, Known _) -> txt.text().length() + ENTRY_CHARS)
          .executor(Runnable::run)
          .build();

  /// A record and its key.
  record Known(Parsed<DkimKeyRecord> record, Parsed<DkimPublicKey> key) {}

  Known read(TxtRecord txt) {
    return isLong(txt) ? parse(txt) : known.get(txt, KnownKeys::parse);
  }

  private static boolean isLong(TxtRecord txt) {
    int length = 0;
    for (String string : txt.strings()) {
      length += string.length();
    }
    return length > LONGEST;
  }

  private static Known parse(TxtRecord txt) {
    return switch (DkimKeyRecord.parse(txt.text())) {
      case Parsed.Ok<DkimKeyRecord> ok -> new Known(ok, ok.value().key());
      case Parsed.Malformed<DkimKeyRecord> m -> new Known(m, m.as());
    };
  }
}
