package net.facteur.auth.dkim;

import java.util.Optional;

/// How header and body are prepared before they are hashed, as `c=` says it.
///
/// @param header form of the header fields
/// @param body form of the body
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.4 RFC 6376, section 3.4: Canonicalization
public record Canonicalization(Form header, Form body) {
  /// The usual choice: survives refolding and changed white space.
  public static final Canonicalization RELAXED = new Canonicalization(Form.RELAXED, Form.RELAXED);

  /// What a signature without `c=` means.
  public static final Canonicalization SIMPLE = new Canonicalization(Form.SIMPLE, Form.SIMPLE);

  /// One of the two forms.
  public enum Form {
    /// Octets as they stand, but for empty lines at the end of the body.
    SIMPLE("simple"),
    /// Case of names, folding and runs of white space do not count.
    RELAXED("relaxed");

    private final String word;

    Form(String word) {
      this.word = word;
    }

    /// The word as it stands in `c=`.
    public String word() {
      return word;
    }

    /// The form of this word, in any ASCII case.
    public static Optional<Form> of(String word) {
      return Words.find(values(), Form::word, word);
    }
  }

  /// Reads the value of `c=`. Where one word stands alone the body is `simple`.
  ///
  /// @return empty where a word is unknown or the form wrong
  public static Optional<Canonicalization> of(String value) {
    int slash = value.indexOf('/');
    Optional<Form> header = Form.of(slash < 0 ? value : value.substring(0, slash));
    Optional<Form> body =
        slash < 0 ? Optional.of(Form.SIMPLE) : Form.of(value.substring(slash + 1));
    return header.flatMap(h -> body.map(b -> new Canonicalization(h, b)));
  }

  @Override
  public String toString() {
    return header.word() + "/" + body.word();
  }
}
