package net.facteur.server.lists.answers;

import static net.facteur.server.lists.answers.AnswersTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.lists.answers.Answered.Choice;
import net.facteur.server.lists.answers.Matter.Verdict;
import net.facteur.server.web.Html;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The page behind a link of a list: it shows the question and its buttons. To look at it changes
/// nothing, however often programs do that scan links; the first button that is pressed answers.
///
/// @param language where a token is none
public record AnswerPages(Answers answers, Language language) {
  /// Where the pages are.
  public static final String PATH = "/list/answer/";

  private static final Logger LOG = LogManager.getLogger(AnswerPages.class);
  private static final String TOKEN = "token";
  private static final String VERDICT = "verdict";
  private static final String REASON = "reason";
  private static final int MOST_REASON = 1000;

  /// What the web serves.
  public List<Route> routes() {
    return routes(Scheme.HTTPS);
  }

  List<Route> routes(Scheme scheme) {
    String path = PATH + "{" + TOKEN + "}";
    return List.of(Route.get(scheme, path, this::show), Route.post(scheme, path, this::act));
  }

  private Response show(Request request) {
    try {
      Optional<Answers.Proven> proven = answers.prove(request.variable(TOKEN));
      return proven.map(this::question).orElseGet(this::missing);
    } catch (IOException e) {
      return failed(e);
    }
  }

  private Response question(Answers.Proven proven) {
    Matter matter = proven.matter();
    Optional<? extends Answered> kind = answers.of(matter);
    if (kind.isEmpty()) {
      return missing();
    }
    Language reader = language(matter);
    if (!matter.open()) {
      return page(matter, List.of(paragraph(Answers.ended(matter), reader)));
    }
    var content = new ArrayList<Html>();
    for (String part : kind.get().question(matter).in(reader).split("\n\n", -1)) {
      content.add(element("p", words(part)));
    }
    content.add(form(kind.get().choice(), reader));
    return page(matter, content);
  }

  /// The form goes to where the page came from.
  private static Html form(Choice choice, Language reader) {
    var fields = new ArrayList<Html>();
    if (choice == Choice.YES_NO_DISCARD || choice == Choice.YES_NO) {
      fields.add(
          element(
              "p",
              element(
                  "label",
                  words(SAY.reason().in(reader) + " "),
                  element("input")
                      .with("type", "text")
                      .with("name", REASON)
                      .with("maxlength", String.valueOf(MOST_REASON)))));
    }
    fields.add(button(SAY.yes(), Verdict.YES, reader));
    switch (choice) {
      case YES -> {}
      case YES_NO -> fields.add(button(SAY.no(), Verdict.NO, reader));
      case YES_NO_DISCARD -> {
        fields.add(button(SAY.no(), Verdict.NO, reader));
        fields.add(button(SAY.discard(), Verdict.DISCARD, reader));
      }
    }
    return element("form", fields.toArray(Html[]::new)).with("method", "post");
  }

  private static Html button(Text text, Verdict verdict, Language reader) {
    return element("button", words(text.in(reader)))
        .with("name", VERDICT)
        .with("value", verdict.name());
  }

  private Response act(Request request) {
    try {
      Optional<Answers.Proven> proven = answers.prove(request.variable(TOKEN));
      if (proven.isEmpty()) {
        return missing();
      }
      Matter matter = proven.get().matter();
      Optional<Verdict> verdict = verdict(request, matter);
      if (verdict.isEmpty()) {
        return question(proven.get());
      }
      String reason = request.field(REASON).orElse("");
      Text said =
          answers.answer(
              matter,
              verdict.get(),
              proven.get().by().text(),
              reason.substring(0, Math.min(reason.length(), MOST_REASON)).strip());
      return page(matter, List.of(paragraph(said, language(matter))));
    } catch (IOException e) {
      return failed(e);
    }
  }

  /// What was pressed; where there is one button, whatever comes is it.
  private Optional<Verdict> verdict(Request request, Matter matter) {
    Optional<Choice> choice = answers.of(matter).map(Answered::choice);
    if (choice.isEmpty()) {
      return Optional.empty();
    }
    return switch (request.field(VERDICT).orElse("")) {
      case "YES" -> Optional.of(Verdict.YES);
      case "NO" -> choice.get() == Choice.YES ? Optional.empty() : Optional.of(Verdict.NO);
      case "DISCARD" ->
          choice.get() == Choice.YES_NO_DISCARD ? Optional.of(Verdict.DISCARD) : Optional.empty();
      default -> choice.get() == Choice.YES ? Optional.of(Verdict.YES) : Optional.empty();
    };
  }

  private Language language(Matter matter) {
    return answers
        .lists()
        .list(matter.list())
        .map(content -> content.list().options().language())
        .orElse(language);
  }

  private Response missing() {
    return with(
        Status.NOT_FOUND, language, SAY.title(""), List.of(paragraph(SAY.none(), language)));
  }

  private Response failed(IOException e) {
    LOG.error("lists: an answer cannot be taken", e);
    return with(
        Status.UNAVAILABLE,
        language,
        SAY.title(""),
        List.of(paragraph(SAY.unavailable(), language)));
  }

  private Response page(Matter matter, List<Html> content) {
    return with(Status.OK, language(matter), SAY.title(matter.list().text()), content);
  }

  /// No search engine keeps what it finds here.
  private static Response with(Status status, Language reader, Text title, List<Html> content) {
    String heading = title.in(reader).strip();
    var all = new ArrayList<Html>();
    all.add(element("h1", words(heading)));
    all.addAll(content);
    Response page = Response.page(reader, heading, all.toArray(Html[]::new));
    return new Response(
        status, page.type(), page.body(), Map.of("x-robots-tag", "noindex, nofollow"));
  }

  private static Html paragraph(Text text, Language reader) {
    return element("p", words(text.in(reader)));
  }
}
