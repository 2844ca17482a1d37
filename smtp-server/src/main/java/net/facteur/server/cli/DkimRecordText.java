package net.facteur.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;

/// A key record as people and programs want to see it.
///
/// @param owner the name it stands under
/// @param record what it says
record DkimRecordText(DomainName owner, DkimKeyRecord record) {
  private static final int WIDTH = 72;

  /// As it stands in a zone file: the owner, then strings of at most 255 octets.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc1035#section-5.1 RFC 1035, section 5.1: Format
  List<String> zoneFile() {
    List<String> strings = strings().stream().map(DkimRecordText::quoted).toList();
    String start = owner + ". IN TXT";
    if (strings.size() == 1 && start.length() + strings.getFirst().length() < WIDTH) {
      return List.of(start + " " + strings.getFirst());
    }
    var lines = new java.util.ArrayList<String>();
    lines.add(start + " (");
    strings.forEach(string -> lines.add("  " + string));
    lines.add("  )");
    return lines;
  }

  /// On one line, as the web forms of most DNS providers want it.
  String line() {
    return record.print();
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", owner.text());
    fields.put("type", "TXT");
    fields.put("algorithm", record.keyType().orElse("rsa"));
    fields.put("record", record.print());
    fields.put("strings", strings());
    return fields;
  }

  private List<String> strings() {
    TxtRecord text = record.toTxt();
    return text.strings();
  }

  private static String quoted(String string) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.append('"').toString();
  }
}
