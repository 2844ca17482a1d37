package net.facteur.server.lists.requests;

import static net.facteur.server.lists.requests.RequestsTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.AnswerPages;
import net.facteur.server.lists.answers.AnswerTokens;
import net.facteur.server.lists.answers.Matter;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Verdict;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.lists.letters.ListLetter;
import net.facteur.server.lists.letters.ListLetters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// How somebody comes to be on a list who asked for it: he confirms, and where members are a closed
/// circle, an owner lets him in.
///
/// @param links where the pages of answers are, such as `https://mail.example.org`; empty where
///   nobody reaches them, so that only mail answers
/// @param confirm how long a confirmation may take
/// @param admit how long owners may take
public record Joining(
    Lists lists,
    Matters matters,
    AnswerTokens tokens,
    ListLetters letters,
    Optional<String> links,
    Duration confirm,
    Duration admit) {
  private static final Logger LOG = LogManager.getLogger(Joining.class);

  /// Asks an address whether it wants to be on a list, once a day at most.
  ///
  /// @param who whose wish is proven
  /// @param inReplyTo the Message-ID of the wish
  /// @return what was done, for the log
  String ask(MailingList list, MailAddress who, String name, Optional<String> inReplyTo)
      throws IOException {
    Matters.Asking asking =
        matters.ask(
            list.address(), new About.Confirmation(who, name), java.util.List.of(who), confirm);
    return switch (asking) {
      case Matters.Asking.AskedBefore _ -> "asked-before";
      case Matters.Asking.TooMany _ -> "too-many";
      case Matters.Asking.Asked(Matter matter) -> {
        String token = tokens.token(matter, who);
        letters.send(
            list,
            ListLetter.of(
                    who,
                    SAY.confirmSubject(list.address().text()),
                    Text.paragraphs(
                        SAY.confirm(list.name(), list.address().text(), who.text()),
                        answering(token),
                        SAY.confirmElse(confirm.toDays())))
                .answeredTo(token)
                .inReplyTo(inReplyTo));
        yield "asked";
      }
    };
  }

  private Text answering(String token) {
    return links.isPresent()
        ? Text.paragraphs(SAY.answerByMailOrLink(), Text.of(links.get() + AnswerPages.PATH + token))
        : SAY.answerByMail();
  }

  /// True where an owner has to let people in.
  static boolean closed(MailingList list) {
    return list.kind().authors() == ListKind.Authors.MEMBERS;
  }

  /// Does what follows from a confirmation.
  ///
  /// @return what is said to who confirmed
  Text confirmed(Matter matter, About.Confirmation asked, String by) throws IOException {
    Optional<ListContent> content = lists.list(matter.list());
    if (content.isEmpty()) {
      return SAY.noList();
    }
    MailingList list = content.get().list();
    if (!(matters.settle(matter.id(), Verdict.YES, by, "") instanceof Matters.Answering.Counts)) {
      return SAY.onceOnly();
    }
    boolean there = content.get().member(asked.who()).isPresent();
    if (closed(list) && !there) {
      try {
        return proposed(list, asked);
      } catch (IOException e) {
        matters.reopen(matter.id());
        throw e;
      }
    }
    try {
      return joined(list, asked.who(), asked.name());
    } catch (IOException e) {
      matters.reopen(matter.id());
      throw e;
    }
  }

  /// Puts somebody on a list, or lets posts go to him again.
  Text joined(MailingList list, MailAddress who, String name) throws IOException {
    Lists.Outcome outcome = lists.addMember(list.address(), Member.active(who, name));
    if (outcome == Lists.Outcome.TAKEN) {
      outcome =
          lists.changeMember(
              list.address(), who, member -> member.withState(new Member.State.Active()));
    }
    LOG.info("list={} joined={} result={}", list.address(), who, outcome);
    return switch (outcome) {
      case DONE, TAKEN, NO_MEMBER -> {
        letters.send(
            list,
            ListLetter.of(
                who,
                SAY.welcomeSubject(list.address().text()),
                Text.paragraphs(
                    SAY.welcome(list.name(), who.text()),
                    list.options().description().map(Text::of).orElse(Text.nothing()),
                    SAY.welcomePost(list.address().text()),
                    SAY.welcomeLeave(list.at(ListPart.UNSUBSCRIBE).text()),
                    SAY.welcomePeople(list.at(ListPart.OWNER).text()))));
        yield SAY.joined(who.text(), list.address().text());
      }
      case NO_LIST -> SAY.noList();
      case TOO_MANY -> SAY.full(list.address().text());
    };
  }

  /// Asks the owners whether somebody may join.
  private Text proposed(MailingList list, About.Confirmation asked) throws IOException {
    if (list.owners().isEmpty()) {
      LOG.warn("list={} wish={} result=nobody-to-ask", list.address(), asked.who());
      return SAY.noOwner(list.address().text());
    }
    Matters.Asking asking =
        matters.ask(
            list.address(), new About.Admission(asked.who(), asked.name()), list.owners(), admit);
    switch (asking) {
      case Matters.Asking.AskedBefore _ -> {}
      case Matters.Asking.TooMany _ -> {
        return SAY.full(list.address().text());
      }
      case Matters.Asking.Asked(Matter matter) -> {
        for (MailAddress owner : list.owners()) {
          String token = tokens.token(matter, owner);
          letters.send(
              list,
              ListLetter.of(
                      owner,
                      SAY.admitSubject(list.address().text(), asked.who().text()),
                      Text.paragraphs(
                          SAY.admit(list.name(), person(asked.who(), asked.name())),
                          SAY.admitAnswer(),
                          links
                              .map(
                                  base ->
                                      Text.paragraphs(
                                          SAY.admitPageHere(),
                                          Text.of(base + AnswerPages.PATH + token)))
                              .orElse(Text.nothing()),
                          SAY.admitElse(admit.toDays())))
                  .answeredTo(token));
        }
      }
    }
    return SAY.waits(asked.who().text(), list.address().text());
  }

  static String person(MailAddress who, String name) {
    return name.isEmpty() ? who.text() : name + " <" + who.text() + ">";
  }

  /// Tells somebody that he may not join.
  void refused(MailingList list, MailAddress who, String reason) throws IOException {
    letters.send(
        list,
        ListLetter.of(
            who,
            SAY.refusedSubject(list.address().text()),
            Text.paragraphs(
                SAY.refused(list.name()),
                reason.isEmpty() ? Text.nothing() : SAY.because(reason),
                SAY.refusedAsk(list.at(ListPart.OWNER).text()))));
  }
}
