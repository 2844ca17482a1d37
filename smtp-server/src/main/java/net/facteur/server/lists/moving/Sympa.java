package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedList.MovedSettings;
import net.facteur.server.lists.moving.MovedMember.Role;

/// What Sympa keeps of a list in its directory: `config`, and the people as `sympa.pl --dump_users`
/// writes them to `member.dump`, `owner.dump` and `editor.dump`, which older ones called
/// `subscribers.db.dump`; or the text of `REVIEW`.
///
/// ```
/// file      = paragraph *(1*blank-line paragraph)
/// paragraph = 1*(name SP value LF)
///           / name LF 1*(SP name SP value LF)
/// ```
///
/// @spec https://www.sympa.community/gpldoc/man/sympa_config.5.html sympa_config(5)
final class Sympa {
  /// Files with people in the directory of a list, and what those are.
  private static final Map<String, Role> PEOPLE =
      Map.of(
          "member.dump", Role.MEMBER,
          "subscribers.db.dump", Role.MEMBER,
          "subscribers", Role.MEMBER,
          "owner.dump", Role.OWNER,
          "editor.dump", Role.MODERATOR);

  private Sympa() {}

  /// True where a directory is that of a list.
  static boolean isList(Path directory) {
    return Files.isRegularFile(directory.resolve("config"))
        || PEOPLE.keySet().stream().anyMatch(f -> Files.isRegularFile(directory.resolve(f)));
  }

  /// Reads the directory of a list.
  static void list(Path directory, MovedLists into) throws IOException {
    Path whole = directory.toAbsolutePath().normalize();
    Path above = whole.getParent();
    String name = SourceFile.name(whole);
    // The directory above is that of a virtual robot, named as its domain.
    String robot = above == null ? "" : SourceFile.name(above);
    MovedListBuilder list =
        into.named(
            robot.contains(".") && DomainName.parse(robot).toOptional().isPresent()
                ? name + "@" + robot
                : name);
    Path config = directory.resolve("config");
    if (Files.isRegularFile(config)) {
      config(SourceFile.read(config), name, list);
    }
    for (Map.Entry<String, Role> people : PEOPLE.entrySet()) {
      Path file = directory.resolve(people.getKey());
      if (Files.isRegularFile(file)) {
        people(SourceFile.read(file), people.getValue(), list);
      }
    }
  }

  /// A part of a file between empty lines.
  ///
  /// @param name of its first line, where that has no value: of `owner`
  /// @param line of its beginning
  private record Paragraph(int line, String name, Map<String, String> values) {
    String value(String of) {
      return values.getOrDefault(of, "");
    }
  }

  private static List<Paragraph> paragraphs(SourceFile file) {
    var all = new ArrayList<Paragraph>();
    var values = new LinkedHashMap<String, String>();
    String name = "";
    int begin = 0;
    List<String> lines = file.lines();
    for (int i = 0; i <= lines.size(); i++) {
      String line = i < lines.size() ? lines.get(i).strip() : "";
      if (line.startsWith("#")) {
        continue;
      }
      if (line.isEmpty()) {
        if (begin > 0) {
          all.add(new Paragraph(begin, name, Map.copyOf(values)));
        }
        values.clear();
        name = "";
        begin = 0;
        continue;
      }
      String[] words = line.split("\\s+", 2);
      if (begin == 0 && words.length == 1) {
        name = words[0];
      } else {
        values.putIfAbsent(words[0], words.length == 1 ? "" : words[1]);
      }
      begin = begin == 0 ? i + 1 : begin;
    }
    return all;
  }

  /// Reads people: paragraphs with an `email`, or lines that begin with an address.
  static void people(SourceFile file, Role role, MovedListBuilder into) {
    List<Paragraph> paragraphs = paragraphs(file);
    if (paragraphs.stream().noneMatch(p -> p.values().containsKey("email"))) {
      review(file, role, into);
      return;
    }
    for (Paragraph paragraph : paragraphs) {
      Optional<MailAddress> address = Member.address(paragraph.value("email"));
      if (address.isEmpty()) {
        into.unread(file.name(), paragraph.line(), paragraph.value("email"));
        continue;
      }
      into.add(person(address.get(), paragraph, role));
    }
    if (role == Role.MEMBER) {
      into.complete();
    }
  }

  private static MovedMember person(MailAddress address, Paragraph paragraph, Role role) {
    String reception = paragraph.value("reception");
    boolean suspended = paragraph.value("suspend").equals("1");
    Optional<Why> pause =
        role == Role.MEMBER && (reception.equals("nomail") || suspended)
            ? Optional.of(Why.MEMBER)
            : Optional.empty();
    return new MovedMember(
        address,
        MovedAddress.name(paragraph.value("gecos")),
        Set.of(role),
        pause,
        Set.of("digest", "digestplain", "summary").contains(reception));
  }

  /// Reads the answer to `REVIEW`: a line for each member, between lines of words.
  private static void review(SourceFile file, Role role, MovedListBuilder into) {
    boolean any = false;
    for (String line : file.lines()) {
      String[] words = line.strip().split("\\s+", 2);
      Optional<MailAddress> address = Member.address(words[0]);
      if (address.isPresent()) {
        any = true;
        into.add(
            MovedMember.of(
                address.get(), MovedAddress.name(words.length == 1 ? "" : words[1]), role));
      }
    }
    if (any && role == Role.MEMBER) {
      into.complete();
    }
  }

  private static void config(SourceFile file, String name, MovedListBuilder into) {
    List<Paragraph> paragraphs = paragraphs(file);
    Function<String, Optional<String>> value =
        of ->
            paragraphs.stream()
                .filter(p -> p.name().isEmpty())
                .map(p -> p.value(of))
                .filter(v -> !v.isBlank())
                .findFirst();
    value
        .apply("host")
        .flatMap(host -> Member.address(name + "@" + host))
        .ifPresent(address -> into.address(Optional.of(address)));
    for (Paragraph paragraph : paragraphs) {
      Optional<MailAddress> address = Member.address(paragraph.value("email"));
      if (address.isPresent()) {
        switch (paragraph.name()) {
          case "owner" -> into.add(person(address.get(), paragraph, Role.OWNER));
          case "editor" -> into.add(person(address.get(), paragraph, Role.MODERATOR));
          default -> {}
        }
      }
    }
    Optional<String> send = value.apply("send");
    Optional<ListKind> posting = send.flatMap(Sympa::posting);
    if (send.isPresent() && posting.isEmpty()) {
      into.note(SAY.scenarioLeft(send.get()));
    }
    into.settings(
        new MovedSettings(
            value.apply("subject"),
            posting,
            value
                .apply("custom_subject")
                .map(tag -> tag.replaceAll("\\[%.*?%\\]", "").strip())
                .map(tag -> tag.startsWith("[") ? tag : "[" + tag + "]")
                .filter(tag -> tag.length() > 2),
            Optional.empty(),
            value
                .apply("max_size")
                .filter(n -> n.matches("[1-9][0-9]{0,14}"))
                .map(n -> OptionalLong.of(Long.parseLong(n)))
                .orElse(OptionalLong.empty()),
            value.apply("lang").map(MailmanTwo::language),
            Optional.of(paragraphs.stream().anyMatch(p -> p.name().matches("(web_)?archive")))));
    notes(value, paragraphs, into);
  }

  private static void notes(
      Function<String, Optional<String>> value, List<Paragraph> paragraphs, MovedListBuilder into) {
    if (value.apply("status").filter(s -> !s.equals("open")).isPresent()) {
      into.note(SAY.closed(value.apply("status").orElse("")));
    }
    if (paragraphs.stream().anyMatch(p -> p.name().startsWith("include_"))
        || value.apply("include_file").or(() -> value.apply("include_list")).isPresent()) {
      into.note(SAY.includesLeft());
    }
    if (paragraphs.stream()
        .anyMatch(p -> p.name().equals("reply_to_header") && !p.value("value").equals("sender"))) {
      into.note(SAY.replyToLeft());
    }
    if (value.apply("anonymous_sender").isPresent()) {
      into.note(SAY.anonymousLeft());
    }
  }

  /// What the scenarios of `send` that come with Sympa mean here; empty for those of others.
  ///
  /// @spec https://www.sympa.community/gpldoc/man/sympa_scenario.5.html sympa_scenario(5)
  private static Optional<ListKind> posting(String scenario) {
    return switch (scenario.toLowerCase(Locale.ROOT)) {
      case "public", "publickey", "public_nobcc", "publicnoattachment" ->
          Optional.of(ListKind.OPEN);
      case "editorkey", "editor", "editordefault", "publicoreditorkey" ->
          Optional.of(ListKind.MODERATED);
      case "private",
          "privatekey",
          "privateoreditorkey",
          "privateorpublickey",
          "private_smime",
          "intranet",
          "intranetorprivate",
          "confidential" ->
          Optional.of(ListKind.MEMBERS);
      case "privateandeditorkey", "privateandnomultipartoreditorkey" ->
          Optional.of(ListKind.MEMBERS_MODERATED);
      case "editorkeyonly",
          "editorkeyonlyauth",
          "newsletter",
          "newsletterkeyonly",
          "ownerauth",
          "closed" ->
          Optional.of(ListKind.ANNOUNCEMENTS);
      default -> Optional.empty();
    };
  }
}
