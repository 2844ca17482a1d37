package net.facteur.auth.results;

import java.util.List;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;

/// The content of an Authentication-Results field.
///
/// @param authservId who checked, any text; by custom a domain name of the receiving site
/// @param version of the field's syntax, 1 so far
/// @param results what was checked, in order; none of it means that nothing was (`none`)
/// @spec https://www.rfc-editor.org/rfc/rfc8601#section-2.2 RFC 8601, section 2.2: Formal
///   Definition
public record AuthenticationResults(String authservId, int version, List<MethodResult> results) {
  /// The field's name.
  public static final String FIELD_NAME = "Authentication-Results";

  /// Results that are read or written; a field with more is malformed, and a list with more is cut.
  public static final int MAX_RESULTS = 256;

  /// Properties of one result that are read or written.
  public static final int MAX_PROPERTIES = 64;

  /// Octets of a value, reason, comment or authserv-id that are written. The longest address has
  /// 320 octets (RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.2), and twice that, escaped, fits into a
  /// line of 998.
  public static final int MAX_TEXT_OCTETS = 320;

  /// Characters of a method, result or property name.
  public static final int MAX_WORD_LENGTH = 64;

  public AuthenticationResults {
    if (version < 0) {
      throw new IllegalArgumentException("a version is not negative");
    }
    results = List.copyOf(results);
  }

  public AuthenticationResults(String authservId, List<MethodResult> results) {
    this(authservId, 1, results);
  }

  /// Reads a field's value (all after `Authentication-Results:`, one `char` per octet) exactly as
  /// the grammar has it.
  public static Parsed<AuthenticationResults> parse(String value) {
    return new FieldReader(value, true).read();
  }

  /// Reads a field's value as leniently as can be without guessing: a result that makes no sense is
  /// left out, as are a trailing semicolon and stray characters. Only without an authserv-id is
  /// there nothing to read.
  public static Parsed<AuthenticationResults> parseLeniently(String value) {
    return new FieldReader(value, false).read();
  }

  /// The field in ASCII.
  public HeaderField toField() {
    return toField(Alphabet.ASCII);
  }

  /// The field as it is put on a message: folded, each line under 998 octets and most under 78.
  public HeaderField toField(Alphabet alphabet) {
    return HeaderField.of(FIELD_NAME, " " + payload(alphabet));
  }

  /// What stands after the field's name (`authres-payload`), one `char` per octet, folded. The
  /// ARC-Authentication-Results field has the same payload.
  public String payload(Alphabet alphabet) {
    return new FieldWriter(alphabet).write(this);
  }

  /// True where the field is one of this kind and a reader might take it for ours.
  ///
  /// A field that was forged in our name is believed by everything behind us, whereas a stranger's
  /// field that is removed by mistake costs little; so a doubtful field is a claim: one that cannot
  /// be read, that has another version, or that holds our name anywhere before its first semicolon,
  /// in any case, quoted, escaped, or cut apart by comments.
  ///
  /// @param field any header field of a message
  /// @param authservId our own identifier
  /// @spec https://www.rfc-editor.org/rfc/rfc8601#section-5 RFC 8601, section 5: Removing Existing
  ///   Header Fields
  public static boolean claims(HeaderField field, String authservId) {
    return Claim.isMadeBy(field, authservId);
  }

  /// The field's value in ASCII on one logical line, for logs and people.
  @Override
  public String toString() {
    return payload(Alphabet.ASCII).replace("\r\n\t", " ");
  }
}
