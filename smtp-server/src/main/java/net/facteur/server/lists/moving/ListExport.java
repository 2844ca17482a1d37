package net.facteur.server.lists.moving;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Lists on their way out: as the table `members.csv`, or whole as JSON, which an import reads.
public final class ListExport {
  /// What a spreadsheet takes for a formula where a cell begins with it.
  private static final String FORMULA = "=+-@\t\r";

  private ListExport() {}

  /// The table of all who have a role on a list: a line for each person with the same name, role
  /// and state on some lists.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4180#section-2 RFC 4180, section 2
  public static String csv(Collection<ListContent> lists) {
    Map<List<String>, List<String>> rows = new TreeMap<>(ListExport::compare);
    for (ListContent content : lists) {
      String list = content.list().address().text();
      people(content).forEach((row) -> rows.computeIfAbsent(row, _ -> new ArrayList<>()).add(list));
    }
    var out = new StringBuilder(String.join(",", MembersTable.columns())).append("\r\n");
    rows.forEach(
        (row, of) ->
            out.append(
                    Stream.of(row.get(0), row.get(1), String.join(" ", of), row.get(2), row.get(3))
                        .map(ListExport::cell)
                        .collect(Collectors.joining(",")))
                .append("\r\n"));
    return out.toString();
  }

  private static int compare(List<String> one, List<String> other) {
    for (int i = 0; i < one.size(); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /// Address, name, role, state of everybody.
  private static List<List<String>> people(ListContent content) {
    MailingList list = content.list();
    Map<String, Person> people = new TreeMap<>();
    roles(list.owners(), "owner", people);
    roles(list.moderators(), "moderator", people);
    roles(list.posters(), "poster", people);
    roles(content.all().stream().map(Member::address).toList(), "member", people);
    return people.values().stream()
        .map(
            person -> {
              Optional<Member> member = content.member(person.address());
              return List.of(
                  written(person.address()),
                  member.map(Member::name).orElse(""),
                  String.join(" ", person.roles()),
                  member.map(ListExport::state).orElse(""));
            })
        .toList();
  }

  private record Person(MailAddress address, List<String> roles) {}

  private static String written(MailAddress address) {
    return address.localPart() + "@" + address.domain();
  }

  private static void roles(List<MailAddress> some, String role, Map<String, Person> people) {
    for (MailAddress person : some) {
      people
          .computeIfAbsent(Member.key(person), _ -> new Person(person, new ArrayList<>()))
          .roles()
          .add(role);
    }
  }

  private static String state(Member member) {
    return switch (member.state()) {
      case Member.State.Active() -> "active";
      case Member.State.Paused(Member.Why why, var _) -> "paused " + why.word();
    };
  }

  /// A cell that no spreadsheet takes for a formula: a name may be a stranger's.
  private static String cell(String text) {
    String plain = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return plain.chars().anyMatch(c -> ",;\"\r\n".indexOf(c) >= 0)
        ? "\"" + plain.replace("\"", "\"\"") + "\""
        : plain;
  }

  /// What [#cell] put before a text goes again.
  static String uncovered(String cell) {
    return cell.length() > 1 && cell.charAt(0) == '\'' && FORMULA.indexOf(cell.charAt(1)) >= 0
        ? cell.substring(1)
        : cell;
  }

  /// All that is known of lists.
  public static String json(Collection<ListContent> lists) {
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(Map.of("lists", lists.stream().map(ListExport::whole).toList()))
        + "\n";
  }

  private static Map<String, Object> whole(ListContent content) {
    MailingList list = content.list();
    ListOptions options = list.options();
    var all = new LinkedHashMap<String, Object>();
    all.put("list", list.address().text());
    all.put("name", list.name());
    all.put("kind", list.kind().word());
    all.put("description", options.description().orElse(""));
    all.put("language", options.language().toString());
    all.put("subject_tag", options.subjectTag().orElse(""));
    all.put("footer", options.footer().orElse(""));
    all.put("archive", options.archive().words());
    all.put("size_limit", options.sizeLimit());
    all.put("attachments", options.attachments());
    all.put("owners", list.owners().stream().map(ListExport::written).toList());
    all.put("moderators", list.moderators().stream().map(ListExport::written).toList());
    all.put("posters", list.posters().stream().map(ListExport::written).toList());
    all.put("members", content.all().stream().map(ListExport::member).toList());
    return all;
  }

  private static Map<String, Object> member(Member member) {
    var all = new LinkedHashMap<String, Object>();
    all.put("address", written(member.address()));
    all.put("name", member.name());
    switch (member.state()) {
      case Member.State.Active() -> all.put("state", "active");
      case Member.State.Paused(Member.Why why, var since) -> {
        all.put("state", "paused");
        all.put("why", why.word());
        all.put("since", since.toString());
      }
    }
    return all;
  }
}
