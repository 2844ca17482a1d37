package net.facteur.server.lists;

import static net.facteur.server.lists.ListsTexts.SAY;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// The text of a list's file: a line for each thing that is said of it, one for each member,
/// `#end`. A word begins a line, and what it says follows after a space.
///
/// Comments stay, above everything else, when a command writes the file.
final class ListText {
  static final String HEADER =
      "# A mailing list of Facteur, down to #end. `facteur list` writes it; the server reads it"
          + " again when it changes.";
  static final String END = "#end";

  private ListText() {}

  /// A line that cannot be read.
  ///
  /// @param number the first line is 1
  record Damage(int number, Text why) {}

  /// What a file says.
  ///
  /// @param content empty where not even a list can be made of it
  /// @param comments lines as they stand, without the header and the end
  /// @param cut the text ends before its end
  record Read(
      Optional<ListContent> content, List<String> comments, List<Damage> damaged, boolean cut) {
    Read {
      comments = List.copyOf(comments);
      damaged = List.copyOf(damaged);
    }
  }

  /// @param address as the name of the file says it
  static String write(ListContent content, List<String> comments) {
    MailingList list = content.list();
    ListOptions options = list.options();
    var lines = new ArrayList<String>();
    lines.add(HEADER);
    lines.addAll(comments);
    lines.add("list " + list.address());
    lines.add("name " + list.name());
    lines.add("kind " + list.kind().word());
    options.description().ifPresent(text -> lines.add("description " + text));
    lines.add("language " + options.language());
    options.subjectTag().ifPresent(text -> lines.add("subject-tag " + text));
    options.footer().ifPresent(text -> lines.add("footer " + escaped(text)));
    lines.add("archive " + options.archive().words());
    lines.add("size-limit " + options.sizeLimit());
    lines.add("attachments " + (options.attachments() ? "keep" : "refuse"));
    list.owners().forEach(each -> lines.add("owner " + plain(each)));
    list.moderators().forEach(each -> lines.add("moderator " + plain(each)));
    list.posters().forEach(each -> lines.add("poster " + plain(each)));
    content.all().forEach(member -> lines.add("member " + member.words()));
    lines.add(END);
    return String.join("\n", lines) + "\n";
  }

  private static String plain(MailAddress address) {
    return address.localPart() + "@" + address.domain();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String unescaped(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        out.append(next == 'n' ? '\n' : next);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /// @param address as the name of the file says it
  static Read read(UserName address, List<String> lines) {
    return new Reader(address).read(lines);
  }

  /// What was read so far.
  private static final class Reader {
    private final UserName address;
    private final Map<String, String> once = new LinkedHashMap<>();
    private final List<MailAddress> owners = new ArrayList<>();
    private final List<MailAddress> moderators = new ArrayList<>();
    private final List<MailAddress> posters = new ArrayList<>();
    private final TreeMap<String, Member> members = new TreeMap<>();
    private final List<String> comments = new ArrayList<>();
    private final List<Damage> damaged = new ArrayList<>();
    private ListKind kind = ListKind.MEMBERS;
    private ListOptions options = ListOptions.usual(Language.ENGLISH);

    Reader(UserName address) {
      this.address = address;
    }

    Read read(List<String> lines) {
      boolean ended = false;
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (line.equals(END)) {
          ended = true;
        } else if (line.startsWith("#")) {
          if (!line.equals(HEADER)) {
            comments.add(line);
          }
        } else if (!line.isEmpty()) {
          int number = i + 1;
          problem(line).ifPresent(why -> damaged.add(new Damage(number, why)));
        }
      }
      boolean named = once.containsKey("list");
      return new Read(
          named
              ? Optional.of(
                  new ListContent(
                      new MailingList(
                          address,
                          once.getOrDefault("name", address.localPart()),
                          kind,
                          owners,
                          moderators,
                          posters,
                          options),
                      members))
              : Optional.empty(),
          comments,
          damaged,
          !ended || !named);
    }

    /// Takes a line in; what is wrong with it, if anything.
    private Optional<Text> problem(String line) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1).strip();
      if (rest.isEmpty()) {
        return Optional.of(SAY.damaged());
      }
      return switch (word) {
        case "member" -> member(rest);
        case "owner" -> person(rest, owners);
        case "moderator" -> person(rest, moderators);
        case "poster" -> person(rest, posters);
        default ->
            once.putIfAbsent(word, rest) != null
                ? Optional.of(SAY.repeated(word))
                : said(word, rest) ? Optional.empty() : Optional.of(SAY.damaged());
      };
    }

    private Optional<Text> member(String rest) {
      Optional<Member> member = Member.parse(rest);
      if (member.isEmpty()) {
        return Optional.of(SAY.damaged());
      }
      if (members.size() >= ListContent.MOST_MEMBERS) {
        return Optional.of(SAY.tooMany(ListContent.MOST_MEMBERS));
      }
      return members.putIfAbsent(member.get().key(), member.get()) == null
          ? Optional.empty()
          : Optional.of(SAY.repeated(member.get().key()));
    }

    private static Optional<Text> person(String rest, List<MailAddress> people) {
      Optional<MailAddress> address = Member.address(rest);
      if (address.isEmpty()) {
        return Optional.of(SAY.damaged());
      }
      if (people.size() >= MailingList.MOST_PEOPLE) {
        return Optional.of(SAY.tooMany(MailingList.MOST_PEOPLE));
      }
      people.add(address.get());
      return Optional.empty();
    }

    /// @return false where it says nothing that can be
    private boolean said(String word, String rest) {
      return switch (word) {
        case "list" -> UserName.parse(rest).filter(address::equals).isPresent();
        case "name" -> rest.length() <= MailingList.MOST_NAME;
        case "kind" -> set(ListKind.of(rest), _ -> true, found -> kind = found);
        case "description" ->
            set(
                Optional.of(rest),
                text -> text.length() <= ListOptions.MOST_DESCRIPTION,
                text -> options = options.withDescription(Optional.of(text)));
        case "language" ->
            set(Language.of(rest), _ -> true, found -> options = options.withLanguage(found));
        case "subject-tag" ->
            set(
                Optional.of(rest),
                text -> text.length() <= ListOptions.MOST_TAG,
                text -> options = options.withSubjectTag(Optional.of(text)));
        case "footer" ->
            set(
                Optional.of(unescaped(rest)),
                text -> text.length() <= ListOptions.MOST_FOOTER,
                text -> options = options.withFooter(Optional.of(text)));
        case "archive" ->
            set(Archive.parse(rest), _ -> true, found -> options = options.withArchive(found));
        case "size-limit" ->
            rest.matches("[1-9][0-9]{0,9}")
                && set(
                    Optional.of(Long.parseLong(rest)),
                    octets -> octets <= ListOptions.MOST_SIZE,
                    octets -> options = options.withSizeLimit(octets));
        case "attachments" ->
            set(
                Optional.of(rest),
                text -> text.equals("keep") || text.equals("refuse"),
                text -> options = options.withAttachments(text.equals("keep")));
        default -> false;
      };
    }

    private static <T> boolean set(
        Optional<T> value, Predicate<T> right, java.util.function.Consumer<T> taken) {
      Optional<T> good = value.filter(right);
      good.ifPresent(taken);
      return good.isPresent();
    }
  }
}
