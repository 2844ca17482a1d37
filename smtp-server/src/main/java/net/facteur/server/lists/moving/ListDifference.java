package net.facteur.server.lists.moving;

import static net.facteur.server.lists.moving.MovingTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.text.StrangerText;

/// What an import does to a list, before it is done and after.
///
/// @param before empty for a list that is made
/// @param after what it becomes
/// @param staying members who are not in the source, and stay
/// @param notes what could not be taken over
public record ListDifference(
    Optional<ListContent> before, ListContent after, List<Member> staying, List<Text> notes) {
  public ListDifference {
    staying = List.copyOf(staying);
    notes = List.copyOf(notes);
  }

  public MailingList list() {
    return after.list();
  }

  /// A member as he was and as he is to be.
  public record Changed(Member before, Member after) {}

  /// Those who join.
  public List<Member> added() {
    return after.all().stream()
        .filter(member -> before.flatMap(b -> b.member(member.address())).isEmpty())
        .toList();
  }

  /// Those who leave.
  public List<Member> removed() {
    return before.stream()
        .flatMap(content -> content.all().stream())
        .filter(member -> after.member(member.address()).isEmpty())
        .toList();
  }

  /// Those of whom something else is said.
  public List<Changed> changed() {
    var changed = new ArrayList<Changed>();
    for (Member member : after.all()) {
      Optional<Member> was = before.flatMap(content -> content.member(member.address()));
      if (was.isPresent() && !was.get().equals(member)) {
        changed.add(new Changed(was.get(), member));
      }
    }
    return changed;
  }

  /// What is said otherwise of the list itself: of a new one, all that is said.
  public List<Text> settings() {
    MailingList old =
        before
            .map(ListContent::list)
            .orElseGet(
                () ->
                    MailingList.fresh(
                        list().address(),
                        List.of(),
                        ListOptions.usual(list().options().language())));
    var all = new ArrayList<Text>();
    compare(all, "name", old, MailingList::name);
    compare(all, "kind", old, list -> list.kind().word());
    compare(all, "description", old, list -> list.options().description().orElse(""));
    compare(all, "language", old, list -> list.options().language().toString());
    compare(all, "subject-tag", old, list -> list.options().subjectTag().orElse(""));
    compare(all, "footer", old, list -> list.options().footer().orElse(""));
    compare(all, "size-limit", old, list -> String.valueOf(list.options().sizeLimit()));
    compare(all, "attachments", old, list -> list.options().attachments() ? "keep" : "refuse");
    compare(all, "archive", old, list -> list.options().archive().words());
    compare(all, "owners", old, list -> people(list.owners()));
    compare(all, "moderators", old, list -> people(list.moderators()));
    compare(all, "posters", old, list -> people(list.posters()));
    return all;
  }

  private void compare(
      List<Text> into, String what, MailingList old, Function<MailingList, String> of) {
    String was = of.apply(old);
    String is = of.apply(list());
    if (!was.equals(is)) {
      into.add(SAY.setting(what, shown(was), shown(is)));
    }
  }

  private static String people(List<MailAddress> people) {
    return people.stream().map(MailAddress::text).collect(Collectors.joining(", "));
  }

  private static String shown(String text) {
    return text.isEmpty() ? "-" : StrangerText.of(text.replace('\n', ' ')).onTerminal();
  }

  /// True where nothing is to be done.
  public boolean nothing() {
    return before.filter(after::equals).isPresent();
  }
}
