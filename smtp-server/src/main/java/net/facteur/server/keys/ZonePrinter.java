package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A plan for a zone as people, name servers and programs want it.
public final class ZonePrinter {
  private ZonePrinter() {}

  /// A zone file, commented.
  public static List<String> bind(ZonePlan plan) {
    var lines = new ArrayList<String>();
    lines.add("; Mail for " + plan.domain() + ". Paste this into the zone, and");
    lines.add("; raise the serial number of the SOA record, or no secondary will notice.");
    for (ZonePlan.Group group : plan.groups()) {
      lines.add("");
      lines.add("; -- " + group.title());
      group.why().forEach(why -> lines.add("; " + why));
      for (ZonePlan.Line line : group.lines()) {
        String start = line.owner() + ". " + ZonePlan.TTL + " IN " + line.type() + " ";
        List<String> strings = strings(line);
        line.replaces()
            .ifPresent(old -> lines.add("; in place of: " + start + RecordText.data(old)));
        if (!line.ready()) {
          lines.add("; fill in: " + start + line.data());
        } else if (strings.size() == 1) {
          lines.add(start + line.data());
        } else {
          lines.add(start + "(");
          strings.forEach(string -> lines.add("    " + string));
          lines.add("    )");
        }
      }
    }
    return lines;
  }

  private static List<String> strings(ZonePlan.Line line) {
    return line.type().equals("TXT")
        ? List.of(line.data().split("(?<=\") (?=\")", -1))
        : List.of(line.data());
  }

  /// Type, name and value, for web forms.
  public static List<String> list(ZonePlan plan) {
    var lines = new ArrayList<String>();
    for (ZonePlan.Group group : plan.groups()) {
      lines.add("");
      lines.add(group.title());
      group.why().forEach(why -> lines.add("  " + why));
      for (ZonePlan.Line line : group.lines()) {
        lines.add("");
        lines.add("  type   " + line.type() + (line.ready() ? "" : "   (fill in)"));
        lines.add("  name   " + line.owner());
        lines.add("  value  " + line.plain());
        line.replaces().ifPresent(old -> lines.add("  in place of  " + old.text()));
      }
    }
    return lines;
  }

  /// Commands for `nsupdate`.
  public static List<String> nsupdate(ZonePlan plan) {
    return Stream.concat(
            plan.groups().stream()
                .flatMap(group -> group.lines().stream())
                .filter(ZonePlan.Line::ready)
                .flatMap(ZonePrinter::updates),
            Stream.of("send"))
        .toList();
  }

  private static Stream<String> updates(ZonePlan.Line line) {
    Stream<String> old =
        line.replaces().stream()
            .map(text -> "update delete " + line.owner() + ". TXT " + RecordText.data(text));
    return Stream.concat(
        old,
        Stream.of(
            "update add "
                + line.owner()
                + ". "
                + ZonePlan.TTL
                + " "
                + line.type()
                + " "
                + line.data()));
  }

  /// Names and values for JSON.
  public static Map<String, Object> json(ZonePlan plan) {
    var records = new ArrayList<Map<String, Object>>();
    for (ZonePlan.Group group : plan.groups()) {
      for (ZonePlan.Line line : group.lines()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("group", group.title());
        fields.put("name", line.owner().text());
        fields.put("type", line.type());
        fields.put("ttl", ZonePlan.TTL);
        fields.put("value", line.plain());
        fields.put("ready", line.ready());
        line.replaces().ifPresent(old -> fields.put("replaces", old.text()));
        records.add(fields);
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("domain", plan.domain().text());
    all.put("records", records);
    return all;
  }
}
