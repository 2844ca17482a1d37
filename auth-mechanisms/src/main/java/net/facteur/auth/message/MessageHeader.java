package net.facteur.auth.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// The header section of a message: its fields in order, top first.
///
/// @param fields every line group as received; lines that are no field are kept, see
///   [HeaderField#wellFormed()]
public record MessageHeader(List<HeaderField> fields) {
  public MessageHeader {
    fields = List.copyOf(fields);
  }

  /// Cuts a header section into fields at each CRLF that no white space follows. A bare CR or LF is
  /// content. A final empty line is left out.
  ///
  /// @param octets the section up to, with or without, the empty line that ends it
  public static MessageHeader parse(byte[] octets) {
    var fields = new ArrayList<HeaderField>();
    // A search in a String takes many octets at a time.
    var text = new String(octets, StandardCharsets.ISO_8859_1);
    for (int start = 0; start < octets.length; ) {
      int end = fieldEnd(text, start);
      boolean empty = end - start == 2 && octets[start] == '\r' && octets[start + 1] == '\n';
      if (empty) {
        break; // the end of the section
      }
      int colon = text.indexOf(':', start, end);
      fields.add(
          new HeaderField(
              Arrays.copyOfRange(octets, start, end), colon < 0 ? colon : colon - start));
      start = end;
    }
    return new MessageHeader(fields);
  }

  /// The index after the CRLF that ends the field which begins at `start`.
  private static int fieldEnd(String text, int start) {
    for (int lf = text.indexOf('\n', start + 1); lf >= 0; lf = text.indexOf('\n', lf + 1)) {
      int next = lf + 1;
      if (text.charAt(lf - 1) == '\r'
          && (next == text.length() || !Ascii.isWsp(text.charAt(next)))) {
        return next;
      }
    }
    return text.length();
  }

  /// The fields of this name in any case, top first.
  public List<HeaderField> all(String name) {
    var named = new ArrayList<HeaderField>();
    for (HeaderField field : fields) {
      if (field.is(name)) {
        named.add(field);
      }
    }
    return List.copyOf(named);
  }

  /// The fields whose name some reader may take for `name`, top first: see [HeaderField#resembles].
  /// A field with a line end that is no CRLF counts where a line within it is such a field.
  public List<HeaderField> resembling(String name) {
    var similar = new ArrayList<HeaderField>();
    for (HeaderField field : fields) {
      if (field.resembles(name)) {
        similar.add(field);
      }
      field.strayLines().stream().filter(line -> line.resembles(name)).forEach(similar::add);
    }
    return List.copyOf(similar);
  }

  /// The topmost field of this name.
  public Optional<HeaderField> first(String name) {
    for (HeaderField field : fields) {
      if (field.is(name)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  /// A header with `added` above everything else.
  public MessageHeader prepend(List<HeaderField> added) {
    var all = new ArrayList<HeaderField>(added.size() + fields.size());
    all.addAll(added);
    all.addAll(fields);
    return new MessageHeader(all);
  }

  /// The octets of all fields, without the empty line that ends the section.
  public byte[] octets() {
    int size = 0;
    for (HeaderField field : fields) {
      size += field.raw().length;
    }
    var out = new ByteArrayOutputStream(size);
    for (HeaderField field : fields) {
      out.writeBytes(field.raw());
    }
    return out.toByteArray();
  }

  /// The octets of all fields and the empty line that ends the section.
  public byte[] section() {
    byte[] octets = octets();
    byte[] section = Arrays.copyOf(octets, octets.length + 2);
    section[octets.length] = '\r';
    section[octets.length + 1] = '\n';
    return section;
  }
}
