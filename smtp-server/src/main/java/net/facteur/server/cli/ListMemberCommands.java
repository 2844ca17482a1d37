package net.facteur.server.cli;

import static net.facteur.server.cli.ListTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.Member;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `facteur list member`: who is on a list.
final class ListMemberCommands {
  private ListMemberCommands() {}

  @Command(name = "member")
  static final class Group {
    private Group() {}
  }

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new Group());
    group.addSubcommand(new Add(workplace));
    group.addSubcommand(new Remove(workplace));
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Pause(workplace));
    group.addSubcommand(new Resume(workplace));
    return group;
  }

  /// What is done to some members of a list.
  abstract static class Changing extends ListCommands.Listing {
    @Parameters(index = "0", paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "ADDRESS")
    private List<String> addresses = List.of();

    Changing(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = listName(list);
      List<MailAddress> people = addresses.stream().map(ListCommands.Listing::person).toList();
      Lists lists = lists();
      var _ = known(lists, name);
      for (MailAddress person : people) {
        switch (change(lists, name, person)) {
          case DONE -> {
            noted(kind(), person.text() + " " + name.text());
            ok(said(person.text(), name.text()));
          }
          case TAKEN ->
              throw new CommandFailedException(
                  SAY.listMemberThere(person.text(), name.text()), SAY.listSeeMembers(name.text()));
          case NO_LIST -> throw none(name);
          case NO_MEMBER ->
              throw new CommandFailedException(
                  SAY.listMemberNone(person.text(), name.text()), SAY.listSeeMembers(name.text()));
          case TOO_MANY ->
              throw new CommandFailedException(
                  SAY.listTooMany(ListContent.MOST_MEMBERS), SAY.listRemoveSome());
        }
      }
      return Facteur.OK;
    }

    abstract Lists.Outcome change(Lists lists, UserName list, MailAddress person)
        throws IOException;

    abstract Deed.Kind kind();

    abstract Text said(String person, String list);
  }

  @Command(name = "add")
  static final class Add extends Changing {
    @Option(names = "--name", paramLabel = "TEXT")
    private String name = "";

    Add(Workplace workplace) {
      super(workplace);
    }

    @Override
    Lists.Outcome change(Lists lists, UserName list, MailAddress person) throws IOException {
      return lists.addMember(list, Member.active(person, name));
    }

    @Override
    Deed.Kind kind() {
      return Deed.Kind.LIST_MEMBER_ADDED;
    }

    @Override
    Text said(String person, String list) {
      return SAY.listMemberAdded(person, list);
    }
  }

  @Command(name = "remove")
  static final class Remove extends Changing {
    Remove(Workplace workplace) {
      super(workplace);
    }

    @Override
    Lists.Outcome change(Lists lists, UserName list, MailAddress person) throws IOException {
      return lists.removeMember(list, person);
    }

    @Override
    Deed.Kind kind() {
      return Deed.Kind.LIST_MEMBER_REMOVED;
    }

    @Override
    Text said(String person, String list) {
      return SAY.listMemberRemoved(person, list);
    }
  }

  @Command(name = "pause")
  static final class Pause extends Changing {
    Pause(Workplace workplace) {
      super(workplace);
    }

    @Override
    Lists.Outcome change(Lists lists, UserName list, MailAddress person) throws IOException {
      Instant now = workplace.clock().instant();
      return lists.changeMember(
          list,
          person,
          member ->
              member.isActive()
                  ? member.withState(new Member.State.Paused(Member.Why.OWNER, now))
                  : member);
    }

    @Override
    Deed.Kind kind() {
      return Deed.Kind.LIST_CHANGED;
    }

    @Override
    Text said(String person, String list) {
      return SAY.listMemberPaused(person, list);
    }
  }

  @Command(name = "resume")
  static final class Resume extends Changing {
    Resume(Workplace workplace) {
      super(workplace);
    }

    @Override
    Lists.Outcome change(Lists lists, UserName list, MailAddress person) throws IOException {
      return lists.changeMember(
          list, person, member -> member.withState(new Member.State.Active()));
    }

    @Override
    Deed.Kind kind() {
      return Deed.Kind.LIST_CHANGED;
    }

    @Override
    Text said(String person, String list) {
      return SAY.listMemberResumed(person, list);
    }
  }

  @Command(name = "list")
  static final class ListThem extends ListCommands.Listing {
    @Parameters(paramLabel = "LIST@DOMAIN")
    private String list = "";

    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() {
      UserName name = listName(list);
      ListContent content = known(lists(), name);
      var table = Table.of(workplace, SAY.listMemberColumns());
      for (Member member : content.all()) {
        if (json) {
          json(fields(member));
        }
        table.add(
            member.address().text(),
            workplace.say(state(member)),
            StrangerText.of(member.name()).inLog());
      }
      if (content.members().isEmpty() && !json) {
        tell(SAY.listMembersNone(name.text()));
      } else if (!json) {
        table.print(workplace);
      }
      return Facteur.OK;
    }

    private static Map<String, Object> fields(Member member) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("address", member.address().text());
      fields.put("name", member.name());
      switch (member.state()) {
        case Member.State.Active() -> fields.put("state", "active");
        case Member.State.Paused(Member.Why why, Instant since) -> {
          fields.put("state", "paused");
          fields.put("why", why.word());
          fields.put("since", since.toString());
        }
      }
      return fields;
    }

    private static Text state(Member member) {
      return switch (member.state()) {
        case Member.State.Active() -> SAY.listMemberActive();
        case Member.State.Paused(Member.Why why, Instant since) ->
            switch (why) {
              case BOUNCES -> SAY.listPausedBounces(since.toString());
              case MEMBER -> SAY.listPausedMember(since.toString());
              case OWNER -> SAY.listPausedOwner(since.toString());
            };
      };
    }
  }
}
