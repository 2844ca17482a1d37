package net.facteur.server.member;

import static net.facteur.server.member.AwayPageTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.away.Absence;
import net.facteur.server.away.AbsenceStore;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Link;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// What is answered while a member is away.
///
/// @param by who answers
public record AwayPages(SignedPages pages, AbsenceStore absences, AwaySettings.By by) {
  private static final String AWAY = "/me/away";
  private static final String END = "/me/away/end";

  /// What leads here.
  static Link link() {
    return new Link(AWAY, SAY.awayTitle());
  }

  /// What serves them.
  public List<Route> routes() {
    return List.of(
        pages.get(AWAY, Who.MEMBER, signed -> show(signed, Optional.empty())),
        pages.post(AWAY, Who.MEMBER, this::set),
        pages.post(END, Who.MEMBER, this::end));
  }

  private Response show(Signed signed, Optional<Text> problem) {
    Optional<Absence> known = absences.find(signed.user());
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    if (by != AwaySettings.By.US) {
      content.add(signed.note("warn", SAY.awayElsewhere()));
      return signed.show(SAY.awayTitle(), content);
    }
    content.add(signed.paragraph(SAY.awayIs()));
    known.ifPresent(absence -> content.addAll(present(signed, absence)));
    String version = AbsencesFile.version(known);
    content.add(
        signed
            .form(AWAY)
            .hidden("version", version)
            .field(SAY.awayFrom(), date("from", known.map(Absence::from)))
            .field(SAY.awayUntil(), date("until", known.flatMap(Absence::last)))
            .field(
                SAY.awayText(),
                element("textarea", words(known.map(Absence::text).orElse("")))
                    .with("id", "field-text")
                    .with("name", "text")
                    .with("rows", "8")
                    .with("maxlength", String.valueOf(Absence.MAX_TEXT))
                    .with("required", ""))
            .button(SAY.awaySave()));
    if (known.isPresent()) {
      content.add(signed.form(END).hidden("version", version).button(SAY.awayEnd(), "danger"));
    }
    return signed.show(SAY.awayTitle(), content);
  }

  private static Html.Element date(String name, Optional<LocalDate> day) {
    return Form.input(name, "date", "off").with("value", day.map(LocalDate::toString).orElse(""));
  }

  /// What is answered, in plain words.
  private List<Html> present(Signed signed, Absence absence) {
    LocalDate today = absences.today();
    Text state =
        absence.over(today)
            ? SAY.awayOver()
            : absence
                .last()
                .map(last -> SAY.awaySpan(absence.from(), last))
                .orElseGet(() -> SAY.awayOpen(absence.from()));
    return List.of(
        signed.note(absence.counts(today) ? "good" : "warn", state),
        signed.paragraph(SAY.awayWhom(absence.days())),
        element(
            "blockquote",
            absence
                .text()
                .lines()
                .map(line -> (Html) element("div", words(StrangerText.of(line).onTerminal())))
                .toList()));
  }

  private Response set(Signed signed) throws IOException {
    Optional<String> text = Absence.text(signed.field("text").orElse(""));
    Optional<LocalDate> from = day(signed.field("from").orElse(""));
    String typed = signed.field("until").orElse("");
    Optional<LocalDate> until = day(typed);
    LocalDate first = from.orElseGet(absences::today);
    boolean wrong =
        (until.isEmpty() && !typed.isBlank())
            || until.filter(last -> last.isBefore(first)).isPresent();
    if (by != AwaySettings.By.US || text.isEmpty() || wrong) {
      return show(signed, Optional.of(wrong ? SAY.awayWrongDays() : SAY.awayNoText()))
          .with(Status.BAD_REQUEST);
    }
    return done(
        signed,
        absences.put(
            new Absence(
                signed.user(),
                Absence.Kind.AWAY,
                first,
                until.map(last -> last.plusDays(1)),
                absences.find(signed.user()).map(Absence::days).orElse(Absence.USUAL_DAYS),
                Optional.empty(),
                text.get()),
            signed.field("version")));
  }

  private Response end(Signed signed) throws IOException {
    return done(signed, absences.remove(signed.user(), signed.field("version")));
  }

  private Response done(Signed signed, AbsencesFile.Outcome outcome) {
    return switch (outcome) {
      case DONE -> {
        signed.done(Deed.Kind.ABSENCE_CHANGED, signed.user().text());
        yield Response.seeOther(AWAY);
      }
      case UNKNOWN -> Response.seeOther(AWAY);
      case OVERTAKEN ->
          show(signed, Optional.of(MemberTexts.SAY.overtaken())).with(Status.CONFLICT);
    };
  }

  private static Optional<LocalDate> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text.strip()));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
