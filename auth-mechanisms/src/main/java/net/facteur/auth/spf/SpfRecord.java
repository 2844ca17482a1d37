package net.facteur.auth.spf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// A domain's SPF record.
///
/// ```
/// record           = version terms *SP
/// version          = "v=spf1"
/// terms            = *( 1*SP ( directive / modifier ) )
/// ```
///
/// [#print] writes terms in their shortest form (no `+`, no full prefix lengths), and what it
/// writes [#parse] reads to an equal record.
///
/// @param terms directives and modifiers in order; `redirect=` and `exp=` at most once
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-12 RFC 7208, section 12: Collected ABNF
public record SpfRecord(List<Term> terms) {
  private static final String VERSION = "v=spf1";

  public SpfRecord {
    terms = List.copyOf(terms);
  }

  /// True where a TXT record's text is meant to be an SPF record, right or wrong.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.5 RFC 7208, section 4.5: Selecting
  ///   Records
  public static boolean hasVersion(String text) {
    // 4.5: the version section is terminated by either an SP character or the end of the record
    return Ascii.startsWithIgnoreCase(text, VERSION)
        && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
  }

  /// Reads a record, one `char` per octet.
  public static Parsed<SpfRecord> parse(String text) {
    return hasVersion(text)
        ? new SpfRecordParser(text, VERSION.length()).parse()
        : Parsed.malformed(0, "\"v=spf1\" and a space or nothing");
  }

  /// The directives in order.
  public List<Term.Directive> directives() {
    return terms.stream()
        .filter(Term.Directive.class::isInstance)
        .map(Term.Directive.class::cast)
        .toList();
  }

  /// The `redirect=` modifier.
  public Optional<Term.Redirect> redirect() {
    return terms.stream()
        .filter(Term.Redirect.class::isInstance)
        .map(Term.Redirect.class::cast)
        .findFirst();
  }

  /// The `exp=` modifier.
  public Optional<Term.Explanation> explanation() {
    return terms.stream()
        .filter(Term.Explanation.class::isInstance)
        .map(Term.Explanation.class::cast)
        .findFirst();
  }

  /// The record as it is published.
  public String print() {
    return terms.stream().map(t -> " " + t.print()).collect(Collectors.joining("", VERSION, ""));
  }
}
