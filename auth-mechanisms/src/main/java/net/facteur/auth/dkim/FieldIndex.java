package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// The fields of a header, to be found by name.
///
/// A few names in a short header are looked for one by one, which is the quickest; a long `h=` over
/// a long header by an index, which stays cheap.
final class FieldIndex {
  /// Names times fields that are compared one by one.
  private static final int FEW = 2_000;

  private final HeaderField[] fields;
  private Optional<Map<String, List<HeaderField>>> byName = Optional.empty();

  FieldIndex(MessageHeader header) {
    this.fields = header.fields().toArray(HeaderField[]::new);
  }

  /// How many fields have this name, in any case.
  int count(String name) {
    return named(name).size();
  }

  private List<HeaderField> named(String name) {
    return byName.orElseGet(this::index).getOrDefault(Ascii.lower(name), List.of());
  }

  private Map<String, List<HeaderField>> index() {
    var index = new HashMap<String, List<HeaderField>>();
    for (HeaderField field : fields) {
      index.computeIfAbsent(Ascii.lower(field.name()), _ -> new ArrayList<>()).add(field);
    }
    byName = Optional.of(index);
    return index;
  }

  /// What `h=` selects and the signature covers: for each name the lowest field of that name that
  /// no name before it took. Names without a field left select nothing.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6376#section-5.4.2 RFC 6376, section 5.4.2: Signatures
  ///   Involving Multiple Instances of a Field
  List<HeaderField> select(List<String> names) {
    return select(names, Optional.empty());
  }

  /// As [#select(List)], as if `own` were not there: the signature was not in the header when it
  /// was made, so `h=` may name DKIM-Signature more often than there are others (3.5).
  List<HeaderField> select(List<String> names, Optional<HeaderField> own) {
    return (long) names.size() * fields.length <= FEW
        ? lookedThrough(names, own)
        : lookedUp(names, own);
  }

  /// The very object: another signature may have the same octets.
  private static boolean is(HeaderField field, Optional<HeaderField> own) {
    return own.isPresent() && own.get() == field;
  }

  private List<HeaderField> lookedThrough(List<String> names, Optional<HeaderField> own) {
    var selected = new ArrayList<HeaderField>(names.size());
    var taken = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      taken[i] = is(fields[i], own);
    }
    for (String name : names) {
      int lowest = fields.length - 1;
      while (lowest >= 0 && (taken[lowest] || !fields[lowest].is(name))) {
        lowest--;
      }
      if (lowest >= 0) {
        taken[lowest] = true;
        selected.add(fields[lowest]);
      }
    }
    return selected;
  }

  private List<HeaderField> lookedUp(List<String> names, Optional<HeaderField> own) {
    var selected = new ArrayList<HeaderField>();
    var taken = new HashMap<String, Integer>();
    String ownName = own.map(HeaderField::name).orElse("");
    List<HeaderField> others = named(ownName).stream().filter(f -> !is(f, own)).toList();
    for (String name : names) {
      List<HeaderField> named = Ascii.equalsIgnoreCase(name, ownName) ? others : named(name);
      int already = taken.merge(Ascii.lower(name), 1, Integer::sum) - 1;
      if (already < named.size()) {
        selected.add(named.get(named.size() - 1 - already));
      }
    }
    return selected;
  }

  /// The canonical form of what `h=` selects, followed by the signature field with `b=` empty.
  byte[] headerData(List<String> names, Canonicalization.Form form, SignatureField signature) {
    List<HeaderField> selected = select(names, Optional.of(signature.field()));
    int size = signature.field().length();
    for (HeaderField field : selected) {
      size += field.length();
    }
    var out = new OctetBuffer(size);
    for (HeaderField field : selected) {
      HeaderCanonicalizer.field(field, form, out);
    }
    HeaderCanonicalizer.signature(signature.field(), signature.from(), signature.to(), form, out);
    return out.toArray();
  }
}
