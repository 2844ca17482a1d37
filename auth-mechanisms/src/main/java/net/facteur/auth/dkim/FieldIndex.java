package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// The fields of a header by name, so that a long `h=` over a long header stays cheap.
final class FieldIndex {
  private final Map<String, List<HeaderField>> byName = new HashMap<>();

  FieldIndex(MessageHeader header) {
    for (HeaderField field : header.fields()) {
      byName.computeIfAbsent(Ascii.lower(field.name()), _ -> new ArrayList<>()).add(field);
    }
  }

  /// How many fields have this name, in any case.
  int count(String name) {
    return byName.getOrDefault(Ascii.lower(name), List.of()).size();
  }

  /// What `h=` selects and the signature covers: for each name the lowest field of that name that
  /// no name before it took. Names without a field left select nothing.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6376#section-5.4.2 RFC 6376, section 5.4.2: Signatures
  ///   Involving Multiple Instances of a Field
  List<HeaderField> select(List<String> names) {
    var selected = new ArrayList<HeaderField>();
    var taken = new HashMap<String, Integer>();
    for (String name : names) {
      String key = Ascii.lower(name);
      List<HeaderField> fields = byName.getOrDefault(key, List.of());
      int already = taken.merge(key, 1, Integer::sum) - 1;
      if (already < fields.size()) {
        selected.add(fields.get(fields.size() - 1 - already));
      }
    }
    return selected;
  }

  /// The canonical form of what `h=` selects, followed by the signature field with `b=` empty.
  byte[] headerData(List<String> names, Canonicalization.Form form, SignatureField signature) {
    var out = new OctetBuffer(4096);
    for (HeaderField field : select(names)) {
      HeaderCanonicalizer.field(field, form, out);
    }
    HeaderCanonicalizer.signature(signature.field(), signature.from(), signature.to(), form, out);
    return out.toArray();
  }
}
