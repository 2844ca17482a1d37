package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.facteur.server.language.Language;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// A plan for a zone as people, name servers and programs want it.
public final class ZonePrinter {
  private static final ZoneTexts SAY = ZoneTexts.SAY;
  private static final int COLUMNS = 92;

  private ZonePrinter() {}

  private static List<String> told(Text why, Language language) {
    return Lines.broken(why.in(language), COLUMNS).lines().toList();
  }

  /// A zone file, commented.
  public static List<String> bind(ZonePlan plan, Language language) {
    var lines = new ArrayList<String>();
    lines.add("; " + SAY.zoneHeading(plan.domain()).in(language));
    lines.add("; " + SAY.zoneSerial().in(language));
    for (ZonePlan.Group group : plan.groups()) {
      lines.add("");
      lines.add("; -- " + group.title().in(language));
      group.why().forEach(why -> told(why, language).forEach(line -> lines.add("; " + line)));
      for (ZonePlan.Line line : group.lines()) {
        String start = start(line);
        line.replaces()
            .ifPresent(
                old ->
                    lines.add("; " + SAY.zoneInPlaceOf(start + RecordText.data(old)).in(language)));
        if (!line.ready()) {
          lines.add("; " + SAY.zoneFillIn(start + line.data()).in(language));
        } else {
          lines.addAll(record(line));
        }
      }
    }
    return lines;
  }

  /// One record of a zone file.
  public static List<String> record(ZonePlan.Line line) {
    List<String> strings = strings(line);
    if (strings.size() == 1) {
      return List.of(start(line) + line.data());
    }
    var lines = new ArrayList<String>();
    lines.add(start(line) + "(");
    strings.forEach(string -> lines.add("    " + string));
    lines.add("    )");
    return lines;
  }

  private static String start(ZonePlan.Line line) {
    return line.owner() + ". " + ZonePlan.TTL + " IN " + line.type() + " ";
  }

  private static List<String> strings(ZonePlan.Line line) {
    return line.type().equals("TXT")
        ? List.of(line.data().split("(?<=\") (?=\")", -1))
        : List.of(line.data());
  }

  /// Type, name and value, for web forms.
  public static List<String> list(ZonePlan plan, Language language) {
    var lines = new ArrayList<String>();
    for (ZonePlan.Group group : plan.groups()) {
      lines.add("");
      lines.add(group.title().in(language));
      group.why().forEach(why -> told(why, language).forEach(line -> lines.add("  " + line)));
      for (ZonePlan.Line line : group.lines()) {
        lines.add("");
        lines.add(
            "  "
                + (line.ready() ? SAY.formType(line.type()) : SAY.formTypeFillIn(line.type()))
                    .in(language));
        lines.add("  " + SAY.formName(line.owner()).in(language));
        lines.add("  " + SAY.formValue(shown(line.plain())).in(language));
        line.replaces()
            .ifPresent(old -> lines.add("  " + SAY.formInPlaceOf(shown(old.text())).in(language)));
      }
    }
    return lines;
  }

  /// Whoever answers for the DNS may be a stranger.
  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
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
  public static Map<String, Object> json(ZonePlan plan, Language language) {
    var records = new ArrayList<Map<String, Object>>();
    for (ZonePlan.Group group : plan.groups()) {
      for (ZonePlan.Line line : group.lines()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("group", group.title().in(language));
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
