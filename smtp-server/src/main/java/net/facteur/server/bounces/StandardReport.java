package net.facteur.server.bounces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.bounces.DeliveryReport.Fate;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.bounces.DeliveryReport.Reported;

/// The fields of a delivery-status part: those of the message, then a group for each recipient.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3464#section-2.1 RFC 3464, section 2.1: The
///   message/delivery-status content-type
final class StandardReport {
  private static final int MAX_RECIPIENTS = 1_000;
  private static final int MAX_SAID = 1_000;
  private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");

  private StandardReport() {}

  /// A group of fields, by name in lower case; the first of a name counts.
  private record Group(Map<String, String> fields) {
    String get(String name) {
      return fields.getOrDefault(name, "");
    }
  }

  /// @param envelopeId in xtext as it came
  record Read(Optional<String> envelopeId, List<Reported> recipients) {}

  /// What the text of such a part says.
  static Read of(String text) {
    Optional<String> envelopeId = Optional.empty();
    List<Reported> recipients = new ArrayList<>();
    for (Group group : groups(text)) {
      if (envelopeId.isEmpty() && !group.get("original-envelope-id").isEmpty()) {
        envelopeId = Optional.of(group.get("original-envelope-id"));
      }
      if (recipients.size() < MAX_RECIPIENTS) {
        recipient(group).ifPresent(recipients::add);
      }
    }
    return new Read(envelopeId, recipients);
  }

  /// The fields of a text that is nothing else.
  static MessageHeader header(String text) {
    return MessageHeader.parse((text.strip().replace("\n", "\r\n") + "\r\n").getBytes(ISO_8859_1));
  }

  private static List<Group> groups(String text) {
    var groups = new ArrayList<Group>();
    Map<String, String> fields = new LinkedHashMap<>();
    String last = "";
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        if (!fields.isEmpty()) {
          groups.add(new Group(fields));
          fields = new LinkedHashMap<>();
        }
        last = "";
      } else if (Ascii.isWsp(line.charAt(0)) && !last.isEmpty()) {
        fields.merge(last, line.strip(), (before, more) -> before + " " + more);
      } else if (colon > 0) {
        String name = Ascii.lower(line.substring(0, colon).strip());
        // Some reporters write several recipients without an empty line between.
        if (name.equals("final-recipient") && fields.containsKey(name)) {
          groups.add(new Group(fields));
          fields = new LinkedHashMap<>();
        }
        last = fields.containsKey(name) ? "" : name;
        fields.putIfAbsent(name, line.substring(colon + 1).strip());
      }
    }
    if (!fields.isEmpty()) {
      groups.add(new Group(fields));
    }
    return groups;
  }

  private static Optional<Reported> recipient(Group group) {
    // RFC 3464, 2.3.3: the words, and what others make of them
    Optional<Fate> fate = fate(Ascii.lower(group.get("action")));
    var names = new ArrayList<String>();
    for (String field : List.of("original-recipient", "final-recipient", "x-actual-recipient")) {
      String name = address(group.get(field));
      if (!name.isEmpty() && names.stream().noneMatch(name::equalsIgnoreCase)) {
        names.add(name);
      }
    }
    if (fate.isEmpty() || names.isEmpty()) {
      return Optional.empty();
    }
    String first =
        names.stream().filter(name -> name.contains("@")).findFirst().orElse(names.getFirst());
    String said = said(group);
    Optional<EnhancedStatusCode> status = Grounds.status(group.get("status"), said);
    Ground ground = Grounds.of(status, said.isEmpty() ? group.get("status") : said);
    return Optional.of(
        new Reported(
            first,
            names.stream().filter(name -> !name.equals(first)).toList(),
            fate.get(),
            status,
            ground,
            said));
  }

  private static String said(Group group) {
    String field = group.get("diagnostic-code");
    int type = field.indexOf(';');
    String said = type >= 0 && type < 20 ? field.substring(type + 1).strip() : field;
    return said.substring(0, Math.min(said.length(), MAX_SAID));
  }

  private static Optional<Fate> fate(String action) {
    if (action.startsWith("fail") || action.startsWith("expired")) {
      return Optional.of(Fate.FAILED);
    }
    if (action.startsWith("delayed") || action.startsWith("deferred")) {
      return Optional.of(Fate.DELAYED);
    }
    if (action.startsWith("deliver")) {
      return Optional.of(Fate.DELIVERED);
    }
    if (action.startsWith("relayed")) {
      return Optional.of(Fate.RELAYED);
    }
    return action.startsWith("expanded") ? Optional.of(Fate.EXPANDED) : Optional.empty();
  }

  /// The address of a recipient field, `rfc822; user@example.org`.
  private static String address(String field) {
    int semicolon = field.indexOf(';');
    String text = COMMENT.matcher(field.substring(semicolon + 1)).replaceAll("").strip();
    String address = Addresses.bare(text);
    return !Addresses.whole(address) || address.indexOf(' ') >= 0 ? "" : address;
  }
}
