package net.facteur.server.cli;

import static net.facteur.server.cli.ListModerationTexts.SAY;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.lists.answers.Answers;
import net.facteur.server.lists.answers.Matter;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Verdict;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `facteur list held`, `approve`, `reject` and `discard`: posts that wait for a moderator. An
/// answer is written down; the server carries it out at once, or as soon as it runs.
final class ListModerationCommands {
  private ListModerationCommands() {}

  static List<CommandLine> of(Workplace workplace) {
    return List.of(
        new CommandLine(new Held(workplace)),
        new CommandLine(new Approve(workplace)),
        new CommandLine(new Reject(workplace)),
        new CommandLine(new Discard(workplace)));
  }

  /// What the commands about posts share.
  abstract static class Moderating extends ListCommands.Listing {
    Moderating(Workplace workplace) {
      super(workplace);
    }

    Matters matters() {
      return new Matters(lists().directory(), workplace.clock(), workplace.random());
    }
  }

  @Command(name = "held")
  static final class Held extends Moderating {
    @Parameters(paramLabel = "LIST@DOMAIN", arity = "0..1")
    private Optional<String> list = Optional.empty();

    @Option(names = "--json")
    private boolean json;

    Held(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      Optional<UserName> only = list.map(text -> listName(text));
      List<Matter> waiting =
          matters().all().stream()
              .filter(Matter::open)
              .filter(matter -> matter.about() instanceof About.Post)
              .filter(matter -> only.isEmpty() || matter.list().equals(only.get()))
              .toList();
      var table = Table.of(workplace, SAY.heldColumns());
      for (Matter matter : waiting) {
        if (matter.about() instanceof About.Post post) {
          if (json) {
            json(shown(matter, post));
          }
          table.add(
              post.post().toString(),
              matter.list().text(),
              author(post),
              workplace.say(post.proven() ? SAY.heldProven() : SAY.heldUnproven()),
              matter.until().toString(),
              StrangerText.of(post.subject()).onTerminal());
        }
      }
      if (waiting.isEmpty() && !json) {
        tell(SAY.heldNone());
      } else if (!json) {
        table.print(workplace);
        tell(SAY.heldNext());
      }
      return Facteur.OK;
    }

    private static String author(About.Post post) {
      return post.author()
          .map(MailAddress::text)
          .map(text -> StrangerText.of(text).onTerminal())
          .orElse("-");
    }

    private static Map<String, Object> shown(Matter matter, About.Post post) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", post.post().toString());
      fields.put("list", matter.list().text());
      fields.put("author", post.author().map(MailAddress::text).orElse(""));
      fields.put("proven", post.proven());
      fields.put("subject", post.subject());
      fields.put("since", matter.asked().toString());
      fields.put("until", matter.until().toString());
      return fields;
    }
  }

  /// Answers.
  abstract static class Deciding extends Moderating {
    @Parameters(paramLabel = "ID")
    private String id = "";

    Deciding(Workplace workplace) {
      super(workplace);
    }

    Integer decide(Verdict verdict, String reason) throws IOException {
      Matters matters = matters();
      String typed = id.toUpperCase(Locale.ROOT);
      Matter matter =
          matters.all().stream()
              .filter(
                  each ->
                      each.about() instanceof About.Post post
                          && QueueId.isQueueId(typed)
                          && post.post().equals(new QueueId(typed)))
              .findFirst()
              .orElseThrow(() -> new CommandFailedException(SAY.heldUnknown(id), SAY.heldSeeAll()));
      String by = System.getProperty("user.name", "?");
      switch (matters.settle(matter.id(), verdict, by, reason)) {
        case Matters.Answering.Counts _ -> {
          noted(Deed.Kind.LIST_POST_DECIDED, matter.list().text() + " " + typed + " " + verdict);
          ok(said(verdict));
          if (RunningServer.of(settings(), workplace.language()).isEmpty()) {
            tell(SAY.heldLater());
          }
        }
        case Matters.Answering.Settled(Matter before) ->
            throw new CommandFailedException(Answers.ended(before), SAY.heldSeeAll());
        case Matters.Answering.Unknown() ->
            throw new CommandFailedException(SAY.heldUnknown(id), SAY.heldSeeAll());
      }
      return Facteur.OK;
    }

    private static net.facteur.server.language.Text said(Verdict verdict) {
      return switch (verdict) {
        case YES -> SAY.heldApproved();
        case NO -> SAY.heldRejected();
        case DISCARD, EXPIRED -> SAY.heldDiscarded();
      };
    }
  }

  @Command(name = "approve")
  static final class Approve extends Deciding {
    Approve(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return decide(Verdict.YES, "");
    }
  }

  @Command(name = "reject")
  static final class Reject extends Deciding {
    @Option(names = "--reason", paramLabel = "TEXT")
    private String reason = "";

    Reject(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return decide(Verdict.NO, reason);
    }
  }

  @Command(name = "discard")
  static final class Discard extends Deciding {
    Discard(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return decide(Verdict.DISCARD, "");
    }
  }
}
