package net.facteur.server.lists.requests;

import static net.facteur.server.lists.requests.RequestsTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.automatic.AutomaticMail;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.answers.Answers;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Verdict;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.lists.letters.ListLetter;
import net.facteur.server.smtp.EncodedWords;

/// Does what mail to a list asks for. Every method may wait for the disk and the queue.
///
/// @param answers takes what is answered by mail
public record ListRequests(Joining joining, Answers answers) {
  private static final Duration DAY = Duration.ofDays(1);

  /// A mail with a wish or an answer.
  ///
  /// @param tag what stands behind the `+` of the address; empty for nothing
  /// @param author whose mail it is proven to be; empty where nothing is proven
  /// @param name how the author calls himself; may be empty
  /// @param lines the beginning of its text
  public record Incoming(
      String tag,
      ReversePath reversePath,
      MessageHeader header,
      Optional<MailAddress> author,
      String name,
      List<String> lines) {
    public Incoming {
      lines = List.copyOf(lines);
    }

    private String subject() {
      return header
          .first("Subject")
          .map(HeaderField::unfolded)
          .map(EncodedWords::decoded)
          .orElse("")
          .strip();
    }

    private Optional<String> messageId() {
      return header.first("Message-ID").map(field -> field.unfolded().strip());
    }
  }

  /// Does what a mail to `NAME-request@` asks for.
  ///
  /// @return what was done, a word or two for the log
  /// @throws IOException where it cannot be done now
  public String requested(ListContent content, Incoming mail) throws IOException {
    Optional<String> automatic = AutomaticMail.why(mail.reversePath(), mail.header());
    if (automatic.isPresent()) {
      return "ignored: " + automatic.get();
    }
    if (!mail.tag().isEmpty()) {
      return answered(mail);
    }
    if (mail.author().isEmpty()) {
      // Who may be forged gets no mail from here.
      return "ignored: author not proven";
    }
    MailAddress author = mail.author().get();
    return switch (Wish.of(mail.subject(), mail.lines())) {
      case JOIN -> join(content, author, mail);
      case LEAVE -> leave(content, author, mail);
      case HELP -> help(content.list(), author, mail, false);
      case UNCLEAR -> help(content.list(), author, mail, true);
    };
  }

  /// Does what a mail to `NAME-unsubscribe@` asks for.
  public String unsubscribed(ListContent content, Incoming mail) throws IOException {
    Optional<String> automatic = AutomaticMail.why(mail.reversePath(), mail.header());
    if (automatic.isPresent()) {
      return "ignored: " + automatic.get();
    }
    return mail.author().isEmpty()
        ? "ignored: author not proven"
        : leave(content, mail.author().get(), mail);
  }

  private String answered(Incoming mail) throws IOException {
    Optional<Answers.Proven> proven = answers.prove(mail.tag());
    if (proven.isEmpty()) {
      return "ignored: no such token";
    }
    Reply reply = Reply.of(mail.lines(), proven.get().matter().about());
    return switch (reply) {
      case Reply.Unclear() -> "ignored: no answer found";
      case Reply.Said(Verdict verdict, String reason) -> {
        Text said =
            answers.answer(proven.get().matter(), verdict, proven.get().by().text(), reason);
        tell(proven.get(), said, mail);
        yield "answered: " + verdict;
      }
    };
  }

  /// Owners and moderators hear what became of their answer, since another may have been faster;
  /// and who waits for an owner hears that. Who has joined gets a welcome instead.
  private void tell(Answers.Proven proven, Text said, Incoming mail) throws IOException {
    Optional<MailingList> list =
        joining.lists().list(proven.matter().list()).map(ListContent::list);
    boolean welcomed = proven.matter().about() instanceof About.Confirmation;
    if (list.isPresent() && (!welcomed || Joining.closed(list.get()))) {
      joining
          .letters()
          .send(
              list.get(),
              ListLetter.of(proven.by(), SAY.helpSubject(list.get().address().text()), said)
                  .inReplyTo(mail.messageId()));
    }
  }

  private String join(ListContent content, MailAddress author, Incoming mail) throws IOException {
    MailingList list = content.list();
    if (content.member(author).filter(Member::isActive).isPresent()) {
      return told(
          list,
          author,
          "there",
          ListLetter.of(
                  author,
                  SAY.thereSubject(list.address().text()),
                  Text.paragraphs(
                      SAY.there(author.text(), list.name()),
                      SAY.welcomeLeave(list.at(ListPart.UNSUBSCRIBE).text())))
              .inReplyTo(mail.messageId()));
    }
    return joining.ask(list, author, mail.name(), mail.messageId());
  }

  /// Takes off a list who wrote to an address that only he has: programs do so, too, such as the
  /// button of a mail program.
  String left(ListContent content, MailAddress who, Incoming mail) throws IOException {
    return leave(content, who, mail);
  }

  private String leave(ListContent content, MailAddress author, Incoming mail) throws IOException {
    MailingList list = content.list();
    Lists.Outcome outcome = joining.lists().removeMember(list.address(), author);
    return switch (outcome) {
      case DONE -> {
        joining
            .letters()
            .send(
                list,
                ListLetter.of(
                        author,
                        SAY.leftSubject(list.address().text()),
                        Text.paragraphs(
                            SAY.left(author.text(), list.name()),
                            SAY.leftAgain(list.at(ListPart.REQUEST).text())))
                    .inReplyTo(mail.messageId()));
        yield "left";
      }
      case NO_MEMBER, NO_LIST, TAKEN, TOO_MANY ->
          told(
              list,
              author,
              "stranger",
              ListLetter.of(
                      author,
                      SAY.notMemberSubject(list.address().text()),
                      Text.paragraphs(
                          SAY.notMember(author.text(), list.name()), SAY.notMemberHow()))
                  .inReplyTo(mail.messageId()));
    };
  }

  private String help(MailingList list, MailAddress author, Incoming mail, boolean unclear)
      throws IOException {
    return told(
        list,
        author,
        "help",
        ListLetter.of(
                author,
                SAY.helpSubject(list.address().text()),
                Text.paragraphs(
                    unclear ? SAY.helpUnclear() : Text.nothing(),
                    SAY.help(list.name()),
                    list.options().description().map(Text::of).orElse(Text.nothing()),
                    SAY.helpJoin(list.at(ListPart.REQUEST).text()),
                    SAY.helpLeave(list.at(ListPart.REQUEST).text()),
                    SAY.helpPeople(list.at(ListPart.OWNER).text())))
            .inReplyTo(mail.messageId()));
  }

  /// Tells somebody something, once a day at most.
  private String told(MailingList list, MailAddress who, String what, ListLetter letter)
      throws IOException {
    Matters.Asking asking =
        joining.matters().ask(list.address(), new About.Told(who, what), List.of(), DAY);
    if (!(asking instanceof Matters.Asking.Asked)) {
      return what + ": told before";
    }
    joining.letters().send(list, letter);
    return what;
  }
}
