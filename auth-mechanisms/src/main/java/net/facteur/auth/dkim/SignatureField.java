package net.facteur.auth.dkim;

import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// A signature field together with the place of what `b=` holds.
///
/// @param field the field
/// @param from index in its raw octets of the first octet after the `=` of `b=`
/// @param to index of the `;` or CRLF after it
record SignatureField(HeaderField field, int from, int to) {

  /// @return empty where the field is no tag list or has no `b=`
  static Optional<SignatureField> of(HeaderField field) {
    return switch (TagList.parse(field.value())) {
      case Parsed.Ok<TagList>(TagList tags) -> of(field, tags);
      case Parsed.Malformed<TagList> _ -> Optional.empty();
    };
  }

  /// @param tags what the field's value holds
  static Optional<SignatureField> of(HeaderField field, TagList tags) {
    return tags.get("b").map(tag -> of(field, tag));
  }

  // RFC 6376, 3.7: the value of b= is deleted, including all surrounding white space
  private static SignatureField of(HeaderField field, TagList.Tag tag) {
    int from = field.valueStart() + tag.valueOffset();
    while (field.octet(from - 1) != '=') {
      from--;
    }
    int end = field.length() - 2;
    int to = field.valueStart() + tag.valueEnd();
    while (to < end && field.octet(to) != ';') {
      to++;
    }
    return new SignatureField(field, from, to);
  }
}
