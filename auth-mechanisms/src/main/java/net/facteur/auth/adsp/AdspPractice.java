package net.facteur.auth.adsp;

import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// What a domain says of its mail.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5617#section-4.2.1 RFC 5617, section 4.2.1: Record
///   Syntax
public enum AdspPractice {
  /// Some or all of it may be signed.
  UNKNOWN,
  /// All of it is signed.
  ALL,
  /// All of it is signed, and what is not may be thrown away.
  DISCARDABLE;

  /// The word in the record.
  public String word() {
    return Ascii.lower(name());
  }

  /// Reads a record: `dkim=` must be its first tag, and an unknown word counts as `unknown`.
  public static Parsed<AdspPractice> parse(String record) {
    return switch (TagList.parse(record)) {
      case Parsed.Malformed<TagList> m -> m.as();
      case Parsed.Ok<TagList>(TagList list) -> {
        TagList.Tag first = list.tags().getFirst();
        yield first.name().equals("dkim") && first.nameOffset() == 0
            ? Parsed.ok(of(first.value()))
            : Parsed.malformed(0, "dkim=");
      }
    };
  }

  private static AdspPractice of(String word) {
    for (AdspPractice practice : values()) {
      if (Ascii.equalsIgnoreCase(practice.word(), word)) {
        return practice;
      }
    }
    return UNKNOWN;
  }

  /// The record's text.
  public String print() {
    return "dkim=" + word();
  }
}
