package net.facteur.auth.message;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    int start = 0;
    int colon = -1;
    for (int i = 0; i < octets.length; i++) {
      byte b = octets[i];
      if (b == ':' && colon < 0) {
        colon = i - start;
      }
      boolean lineEnd = b == '\n' && i > start && octets[i - 1] == '\r';
      boolean last = i == octets.length - 1;
      if (!lineEnd && !last) {
        continue;
      }
      boolean continues = lineEnd && !last && (octets[i + 1] == ' ' || octets[i + 1] == '\t');
      if (continues) {
        continue;
      }
      if (lineEnd && i - start == 1) {
        break; // the empty line
      }
      fields.add(new HeaderField(Arrays.copyOfRange(octets, start, i + 1), colon));
      start = i + 1;
      colon = -1;
    }
    return new MessageHeader(fields);
  }

  /// The fields of this name in any case, top first.
  public List<HeaderField> all(String name) {
    return fields.stream().filter(f -> f.is(name)).toList();
  }

  /// The topmost field of this name.
  public Optional<HeaderField> first(String name) {
    return fields.stream().filter(f -> f.is(name)).findFirst();
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
