package net.facteur.server.lists.posting;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.web.Question;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The link by which a member leaves. A POST acts, without a page and without a question who asks:
/// the tag in the link says that. A GET shows a page with one button and changes nothing.
///
/// Whoever has left already, or was never there, gets the same answer: nobody learns who is on a
/// list.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8058#section-3.2 RFC 8058, section 3.2: Mail Receiver
///   Requirements
public final class OneClick {
  /// What a mail program sends (RFC 8058, section 3.1).
  static final String FORM = "List-Unsubscribe=One-Click";

  private static final String PATH = "/list/{list}/leave/{tag}";
  private static final Logger LOG = LogManager.getLogger(OneClick.class);

  private final Lists lists;
  private final MemberTags tags;

  public OneClick(Lists lists, MemberTags tags) {
    this.lists = lists;
    this.tags = tags;
  }

  static String path(UserName list, String tag) {
    return "/list/" + list.text() + "/leave/" + tag;
  }

  public List<Route> routes() {
    return Route.link(Scheme.HTTPS, PATH, this::question, this::leave);
  }

  private Optional<ListContent> content(Request request) {
    return UserName.parse(request.variable("list").replace("%40", "@")).flatMap(lists::list);
  }

  private Optional<Question> question(Request request) {
    return content(request)
        .map(
            content -> {
              Language language = content.list().options().language();
              String list = content.list().address().text();
              return new Question(
                  language,
                  PostingTexts.SAY.leaveTitle(list),
                  PostingTexts.SAY.leaveSentence(list),
                  PostingTexts.SAY.leaveButton());
            });
  }

  private Response leave(Request request) throws IOException {
    Optional<ListContent> content = content(request);
    if (content.isEmpty()) {
      return Response.of(Status.NOT_FOUND);
    }
    UserName list = content.get().list().address();
    Optional<Member> member = tags.leaving(content.get(), request.variable("tag"));
    if (member.isPresent()) {
      Lists.Outcome outcome = lists.removeMember(list, member.get().address());
      LOG.info(
          "list={} member=<{}> left=one-click result={}", list, member.get().address(), outcome);
    }
    Language language = content.get().list().options().language();
    return Question.done(
        language,
        PostingTexts.SAY.leaveTitle(list.text()),
        PostingTexts.SAY.leaveDone(list.text()));
  }
}
