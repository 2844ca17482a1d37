package net.facteur.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.RecordText;

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
    return RecordText.bind(owner, record.toTxt(), WIDTH);
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
    fields.put("strings", record.toTxt().strings());
    return fields;
  }
}
