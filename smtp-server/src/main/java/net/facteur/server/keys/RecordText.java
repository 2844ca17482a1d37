package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;

/// TXT records as they stand in a zone file.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1035#section-5.1 RFC 1035, section 5.1: Format
public final class RecordText {
  private static final int WIDTH = 76;

  private RecordText() {}

  /// The lines of a zone file: strings of at most 255 octets, one a line where they are many.
  public static List<String> bind(DomainName owner, TxtRecord text) {
    return bind(owner, text, WIDTH);
  }

  /// The same, with all on one line only where that has fewer characters than `width`.
  public static List<String> bind(DomainName owner, TxtRecord text, int width) {
    List<String> strings = text.strings().stream().map(RecordText::quoted).toList();
    String start = owner + ". IN TXT";
    if (strings.size() == 1 && start.length() + strings.getFirst().length() < width) {
      return List.of(start + " " + strings.getFirst());
    }
    var lines = new ArrayList<String>();
    lines.add(start + " (");
    strings.forEach(string -> lines.add("  " + string));
    lines.add("  )");
    return lines;
  }

  /// The strings on one line, as `nsupdate` takes them.
  public static String data(TxtRecord text) {
    return String.join(" ", text.strings().stream().map(RecordText::quoted).toList());
  }

  private static String quoted(String string) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c < ' ' || c > '~') {
        // \DDD where each D is a digit is the octet corresponding to the decimal number
        out.append('\\').append("%03d".formatted((int) c));
        continue;
      }
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.append('"').toString();
  }
}
