package net.facteur.auth.message;

import java.util.ArrayList;
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
  /// @param octets the section up to, with or without, the empty line that ends it; the fields are
  ///   parts of it, so it must not change afterwards
  public static MessageHeader parse(byte[] octets) {
    var fields = new ArrayList<HeaderField>();
    for (int start = 0; start < octets.length; ) {
      int end = fieldEnd(octets, start);
      boolean empty = end - start == 2 && octets[start] == '\r' && octets[start + 1] == '\n';
      if (empty) {
        break; // the end of the section
      }
      fields.add(new HeaderField(octets, start, end, colon(octets, start, end)));
      start = end;
    }
    return new MessageHeader(fields);
  }

  /// The index after the CRLF that ends the field which begins at `start`.
  private static int fieldEnd(byte[] octets, int start) {
    for (int lf = start + 1; lf < octets.length; lf++) {
      if (octets[lf] == '\n'
          && octets[lf - 1] == '\r'
          && (lf + 1 == octets.length || !Ascii.isWsp(octets[lf + 1]))) {
        return lf + 1;
      }
    }
    return octets.length;
  }

  private static int colon(byte[] octets, int start, int end) {
    for (int i = start; i < end; i++) {
      if (octets[i] == ':') {
        return i - start;
      }
    }
    return -1;
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

  /// The values of the fields of [#resembling], in their order, each with the lines without a colon
  /// that directly follow it: some readers take them for its continuation.
  List<String> valuesRunOn(String name) {
    var lines = new ArrayList<HeaderField>();
    for (HeaderField field : fields) {
      lines.add(field);
      lines.addAll(field.strayLines());
    }
    var values = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).resembles(name)) {
        var value = new StringBuilder(lines.get(i).value());
        // One that is itself of this name ends the run, so that no octet is read again and again.
        boolean open = true;
        for (int j = i + 1; open && j < lines.size() && lines.get(j).beginsWithoutColon(); j++) {
          value.append("\r\n").append(lines.get(j).line());
          open = !lines.get(j).resembles(name);
        }
        values.add(value.toString());
      }
    }
    return List.copyOf(values);
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
    return joined(0);
  }

  /// The octets of all fields and the empty line that ends the section.
  public byte[] section() {
    byte[] section = joined(2);
    section[section.length - 2] = '\r';
    section[section.length - 1] = '\n';
    return section;
  }

  /// @param more octets to leave free behind the fields
  private byte[] joined(int more) {
    int size = more;
    for (HeaderField field : fields) {
      size += field.length();
    }
    byte[] all = new byte[size];
    int at = 0;
    for (HeaderField field : fields) {
      field.copy(0, field.length(), all, at);
      at += field.length();
    }
    return all;
  }
}
