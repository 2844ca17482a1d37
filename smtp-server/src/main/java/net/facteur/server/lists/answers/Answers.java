package net.facteur.server.lists.answers;

import static net.facteur.server.lists.answers.AnswersTexts.SAY;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Settled;
import net.facteur.server.lists.answers.Matter.Verdict;

/// The one door for answers, however they come: by mail, by a link, by a command.
///
/// @param kinds one for each kind of question
public record Answers(
    Matters matters, AnswerTokens tokens, Lists lists, List<? extends Answered> kinds) {
  public Answers {
    kinds = List.copyOf(kinds);
  }

  /// A token that is one.
  ///
  /// @param by whose it is
  public record Proven(Matter matter, MailAddress by) {}

  /// What a token leads to; empty where it is none, or where who has it may not answer any more.
  public Optional<Proven> prove(String token) throws IOException {
    String small = token.toLowerCase(Locale.ROOT);
    Optional<String> id = AnswerTokens.id(small);
    Optional<Matter> matter =
        id.isEmpty() ? Optional.empty() : matters.find(id.get()).filter(its -> !matters.over(its));
    return matter.flatMap(
        its -> tokens.prove(small, its).filter(by -> may(its, by)).map(by -> new Proven(its, by)));
  }

  /// Whoever was taken from the people of a list decides nothing more.
  private boolean may(Matter matter, MailAddress by) {
    Optional<MailingList> list = lists.list(matter.list()).map(content -> content.list());
    return switch (matter.about()) {
      case About.Confirmation _, About.Told _ -> list.isPresent();
      case About.Admission _ -> list.filter(its -> its.isOwner(by)).isPresent();
      case About.Post _ -> list.filter(its -> its.isModerator(by)).isPresent();
    };
  }

  Optional<? extends Answered> of(Matter matter) {
    return kinds.stream().filter(kind -> kind.concerns(matter.about())).findFirst();
  }

  /// Answers a question.
  ///
  /// @return what is said to who answered
  public Text answer(Matter matter, Verdict verdict, String by, String reason) throws IOException {
    Optional<? extends Answered> kind = of(matter);
    if (kind.isEmpty()) {
      return SAY.none();
    }
    Optional<Matter> now = matters.find(matter.id());
    return now.isEmpty()
        ? SAY.none()
        : now.get().open() ? kind.get().answer(now.get(), verdict, by, reason) : ended(now.get());
  }

  /// How something ended, for somebody who may have answered it.
  public static Text ended(Matter matter) {
    if (matter.settled().isEmpty()) {
      return SAY.none();
    }
    Settled end = matter.settled().get();
    String when = end.at().toString();
    return switch (end.verdict()) {
      case YES -> SAY.settledYes(end.by(), when);
      case NO -> SAY.settledNo(end.by(), when);
      case DISCARD -> SAY.settledDiscard(end.by(), when);
      case EXPIRED -> SAY.settledExpired(when);
    };
  }
}
