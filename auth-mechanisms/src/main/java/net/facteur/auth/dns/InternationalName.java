package net.facteur.auth.dns;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.text.Normalizer2;
import java.util.Optional;

/// Domain names with U-labels, as the DNS knows them: nontransitional processing, in which `ß`, `ς`
/// and the joiners are letters of their own.
///
/// Labels are checked as a look-up has to: bidirectional text (RFC 5893), joiners in their context
/// (RFC 5892, appendix A.1 and A.2), hyphens, lengths. A class of its own, so that the tables of
/// Unicode are loaded only once such a name is met.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5891#section-5 RFC 5891, section 5: Domain Name Lookup
///   Protocol
/// @spec https://www.unicode.org/reports/tr46/#Processing UTS 46, section 4: Processing
final class InternationalName {
  private static final IDNA UTS46 =
      IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

  private InternationalName() {}

  /// The name in A-labels; empty where the DNS cannot hold such a name.
  static Optional<String> toAscii(String input) {
    var ascii = new StringBuilder();
    var info = new IDNA.Info();
    try {
      UTS46.nameToASCII(input, ascii, info);
    } catch (RuntimeException e) {
      // what a stranger wrote throws nothing, whatever the library thinks of it
      return Optional.empty();
    }
    // Letters, digits, hyphens and dots (UTS 46, UseSTD3ASCIIRules), and `_`, since names of
    // records
    // such as `_dmarc` stand in front of U-labels. Without this `＠` would become `@`, and `℀`
    // `a/c`.
    return info.hasErrors() || !DomainName.isPlain(ascii)
        ? Optional.empty()
        : Optional.of(ascii.toString());
  }

  /// The text as readers may show it, for comparison only: compatibility forms as what they stand
  /// for (full-width letters, U+2024 as a dot), what shows nothing left out, `ß` as `ss`. That is
  /// at least what UTS 46 maps, in its transitional form and without its refusals.
  ///
  /// @spec https://www.unicode.org/reports/tr46/#Mapping_Table_Derivation UTS 46, section 6:
  ///   Mapping Table Derivation
  static String shown(String text) {
    return Normalizer2.getNFKCCasefoldInstance().normalize(text).replace('\u3002', '.');
  }

  /// The name in U-labels, where they can be read.
  static String toUnicode(String ascii) {
    var unicode = new StringBuilder();
    UTS46.nameToUnicode(ascii, unicode, new IDNA.Info());
    return unicode.toString();
  }
}
