package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.doctor.Examination;
import net.facteur.server.doctor.Finding;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.journal.Deed;
import net.facteur.server.keys.KeysInLetter;
import net.facteur.server.keys.tlsa.CertificatesInLetter;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.letter.LetterPart.Said;
import net.facteur.server.limits.HeldInLetter;
import net.facteur.server.quarantine.QuarantineInLetter;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Link;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.zone.ZoneLook;
import net.facteur.server.zone.ZoneLooks;

/// How the server is, in a sentence for each matter: what needs a hand comes first.
///
/// The sentences are those of the weekly letter and of the doctor, so that page, letter and command
/// never contradict one another.
///
/// @param parts of the letter that ask neither the DNS nor the network
/// @param names whose zones were looked at
/// @param exam the daily examination, whose last findings are shown
record TodayPage(
    SignedPages pages,
    QueueInspector queue,
    List<LetterPart> parts,
    NamesPage.Doors names,
    Examination exam,
    InstantSource clock) {
  static final String TODAY = "/server";
  private static final String EXAMINE = "/server/examine";

  /// Findings that are shown; the rest are told by `facteur doctor`.
  private static final int MOST = 40;

  private static final Duration SLOW = Duration.ofHours(4);
  private static final Duration STUCK = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  TodayPage {
    parts = List.copyOf(parts);
  }

  List<Route> routes() {
    return List.of(
        pages.get(TODAY, Who.ADMINISTRATOR, this::today),
        pages.post(EXAMINE, Who.ADMINISTRATOR, this::examine));
  }

  private Response today(Signed signed) {
    var bad = new ArrayList<Html>();
    var calm = new ArrayList<Html>();
    flow(signed, bad, calm);
    Instant now = clock.instant();
    for (LetterPart part : parts) {
      switch (said(part, now)) {
        case Said.Nothing() -> {}
        case Said.Calm(Text line) ->
            calm.add(note(signed, Finding.Level.OK, Shown.said(signed, line)));
        case Said.News(Text heading, List<Text> items) -> {
          var pieces = new ArrayList<Html>();
          pieces.add(element("strong", Shown.said(signed, heading)));
          items.forEach(
              item -> pieces.add(element("p", Shown.said(signed, item)).with("class", "lines")));
          more(part)
              .ifPresent(
                  link ->
                      pieces.add(element("p", Shown.link(link.path(), signed.say(link.text())))));
          bad.add(note(signed, Finding.Level.WARNING, Html.row(pieces)));
        }
      }
    }
    zones(signed, bad, calm);
    var content = new ArrayList<Html>();
    if (bad.isEmpty()) {
      content.add(signed.paragraph(SAY.allWell()));
    } else {
      content.add(signed.heading(SAY.toDo()));
      content.addAll(bad);
    }
    content.addAll(calm);
    content.add(signed.heading(SAY.examination()));
    findings(signed, content);
    content.add(signed.form(EXAMINE).button(SAY.examine(), "quiet"));
    content.add(signed.paragraph(SAY.examining()).with("class", "hint"));
    return signed.show(SAY.todayTitle(), content);
  }

  /// The page where something can be done about it.
  private static Optional<Link> more(LetterPart part) {
    return switch (part) {
      case KeysInLetter _, CertificatesInLetter _ ->
          Optional.of(new Link(NamesPage.NAMES, NamesTexts.SAY.namesTitle()));
      case HeldInLetter _, QuarantineInLetter _ ->
          Optional.of(new Link(ProtectionPages.PROTECTION, SAY.protectionTitle()));
      default -> Optional.empty(); // whatever else has something to say
    };
  }

  /// What the last looks at the zones have found.
  private void zones(Signed signed, List<Html> bad, List<Html> calm) {
    int well = 0;
    for (DomainName domain : names.domains().stream().limit(MOST).toList()) {
      Optional<ZoneLooks.Found> last = names.looks().last(domain);
      if (last.isEmpty()) {
        continue;
      }
      switch (last.get()) {
        case ZoneLooks.Found.Failed _ ->
            bad.add(zone(signed, Finding.Level.WARNING, SAY.zoneUnknown(domain.text()), domain));
        case ZoneLooks.Found.Seen(ZoneLook look) -> {
          long lacking = look.amiss().stream().filter(ZoneShown::lacking).count();
          if (lacking > 0) {
            bad.add(
                zone(
                    signed,
                    Finding.Level.ERROR,
                    SAY.zoneLacks(domain.text(), (int) lacking),
                    domain));
          } else if (!look.amiss().isEmpty()) {
            bad.add(zone(signed, Finding.Level.WARNING, SAY.zoneUnsure(domain.text()), domain));
          } else {
            well++;
          }
        }
      }
    }
    if (well > 0) {
      calm.add(note(signed, Finding.Level.OK, signed.say(SAY.zonesWell(well))));
    }
  }

  private static Html zone(Signed signed, Finding.Level level, Text what, DomainName domain) {
    return note(
        signed,
        level,
        Html.row(
            List.of(
                signed.say(what),
                element(
                    "p",
                    Shown.link(NamesPage.path(domain), signed.say(NamesTexts.SAY.namesTitle()))))));
  }

  private static Said said(LetterPart part, Instant now) {
    try {
      return part.tell(now.minus(WEEK), now);
    } catch (IOException e) {
      return new Said.News(SAY.partUnread(FileTrouble.text(e)), List.of());
    }
  }

  private void flow(Signed signed, List<Html> bad, List<Html> calm) {
    QueueInspector.Summary summary;
    try {
      summary = queue.summary(1);
    } catch (QueueUnavailableException e) {
      bad.add(
          note(
              signed,
              Finding.Level.ERROR,
              signed.say(SAY.partUnread(Text.of(Shown.cleaned(String.valueOf(e.getMessage())))))));
      return;
    }
    int waiting = summary.total().queued();
    if (summary.total().damaged() > 0) {
      bad.add(
          note(signed, Finding.Level.ERROR, signed.say(SAY.damaged(summary.total().damaged()))));
    }
    Optional<Instant> oldest = summary.oldest().filter(_ -> waiting > 0);
    Duration age = oldest.map(since -> Duration.between(since, summary.at())).orElse(Duration.ZERO);
    String since = oldest.map(SecurityPages::time).orElse("-");
    if (age.compareTo(STUCK) > 0) {
      bad.add(note(signed, Finding.Level.WARNING, signed.say(SAY.stuck(waiting, since))));
    } else if (age.compareTo(SLOW) > 0) {
      bad.add(note(signed, Finding.Level.WARNING, signed.say(SAY.slow(waiting, since))));
    } else {
      calm.add(note(signed, Finding.Level.OK, signed.say(SAY.flows(waiting))));
    }
  }

  private void findings(Signed signed, List<Html> content) {
    Optional<Examination.Examined> last = exam.last();
    if (last.isEmpty()) {
      content.add(signed.paragraph(SAY.notExamined()));
      return;
    }
    List<Finding> findings = last.get().findings();
    content.add(signed.paragraph(SAY.examinedAt(SecurityPages.time(last.get().at()))));
    List<Finding> amiss =
        findings.stream()
            .filter(one -> one.level() != Finding.Level.OK)
            .sorted((a, b) -> b.level().compareTo(a.level()))
            .limit(MOST)
            .toList();
    for (Finding one : amiss) {
      var pieces = new ArrayList<Html>();
      pieces.add(
          words(
              Shown.cleaned(
                  SAY.finding(one.check(), one.subject(), one.meaning()).in(signed.language()))));
      if (!one.paste().isEmpty()) {
        pieces.add(Shown.lines(signed, one.paste()));
      }
      content.add(note(signed, one.level(), Html.row(pieces)));
    }
    content.add(
        note(
            signed,
            Finding.Level.OK,
            signed.say(
                SAY.examinedWell(
                    (int)
                        findings.stream()
                            .filter(one -> one.level() == Finding.Level.OK)
                            .count()))));
  }

  /// The colour is said in a word too, for whoever does not see it.
  private static Html note(Signed signed, Finding.Level level, Html what) {
    Text word =
        switch (level) {
          case OK -> SAY.good();
          case WARNING -> SAY.warning();
          case ERROR -> SAY.bad();
        };
    String kind =
        switch (level) {
          case OK -> "good";
          case WARNING -> "warn";
          case ERROR -> "bad";
        };
    return element(
            "div",
            element(
                "div",
                element("strong", signed.say(word)).with("class", "text-" + kind),
                words(" "),
                what))
        .with("class", "note " + kind);
  }

  private Response examine(Signed signed) throws IOException {
    signed.done(Deed.Kind.EXAMINED, "");
    exam.examine(queue.summary(1).oldest());
    return Response.seeOther(TODAY);
  }
}
