package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.NamesTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeyStages;
import net.facteur.server.keys.KeyStages.Stage;
import net.facteur.server.keys.KeyState;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Text;
import net.facteur.server.plot.Caption;
import net.facteur.server.plot.SvgPlot;
import net.facteur.server.plot.TimeLine;
import net.facteur.server.plot.Tone;
import net.facteur.server.signin.Signed;
import net.facteur.server.web.Html;

/// The DKIM keys of a domain: their lives drawn and in a table, and what can be done with them.
record KeysShown(Signed signed, NamesPage.Doors doors, DomainName domain) {
  /// Keys that are shown, the youngest first. Those revoked long ago are in `facteur dkim list`.
  private static final int MOST_KEYS = 8;

  private static final int MOST_STAGES = 12;

  /// What is drawn of the past, at most.
  private static final Duration PAST = Duration.ofDays(400);

  /// What is drawn of what is to come, at most.
  private static final Duration FUTURE = Duration.ofDays(400);

  /// Before a change that somebody has to help with.
  private static final Duration SOON = Duration.ofDays(14);

  /// A record that is not seen after this waits for a person.
  private static final Duration PATIENCE = Duration.ofDays(2);

  /// A key with the stages of its life.
  private record Told(KeyRing.Entry entry, List<Stage> stages) {
    Instant made() {
      return stages.getFirst().from();
    }
  }

  void show(List<Html> content) throws IOException {
    Instant now = doors.clock().instant();
    KeyRing ring = doors.ring().read();
    content.add(signed.heading(SAY.keysTitle(domain.text())));
    content.add(signed.paragraph(SAY.keysAre()));
    String pinned = doors.keys().pinned().get(domain);
    if (pinned != null) {
      content.add(signed.note("warn", SAY.keyPinned(pinned)));
    }
    var stages = new KeyStages(doors.keys());
    List<Told> keys =
        ring.of(domain).stream()
            .map(entry -> new Told(entry, latest(stages.of(entry, now))))
            .sorted(Comparator.comparing(Told::made).reversed())
            .limit(MOST_KEYS)
            .toList();
    if (keys.isEmpty()) {
      content.add(signed.paragraph(SAY.keysNone(domain.text())));
    } else {
      due(keys, now, content);
      content.add(drawing(keys, now));
      content.add(table(keys));
    }
    if (pinned == null) {
      forms(ring, keys, content);
    }
  }

  private static List<Stage> latest(List<Stage> stages) {
    return stages.subList(Math.max(0, stages.size() - MOST_STAGES), stages.size());
  }

  /// What needs a hand, or will soon.
  private void due(List<Told> keys, Instant now, List<Html> content) {
    for (Told key : keys) {
      String selector = key.entry().name().selector();
      switch (key.entry().state()) {
        case KeyState.Active active ->
            new KeyStages(doors.keys())
                .rotation(key.entry().name(), active)
                .filter(at -> at.minus(SOON).isBefore(now))
                .ifPresent(
                    at ->
                        content.add(
                            KeyForms.note(
                                signed,
                                SAY.keyDue(selector, day(at), domain.text()),
                                "facteur dkim rotate " + domain)));
        case KeyState.Generated _, KeyState.Publishing _ -> {
          if (!key.entry().spare() && key.made().plus(PATIENCE).isBefore(now)) {
            content.add(
                KeyForms.note(
                    signed,
                    SAY.keyStuck(selector, day(key.made()), domain.text()),
                    "facteur dns watch " + domain));
          }
        }
        case KeyState.Visible _,
            KeyState.Retiring _,
            KeyState.Revoking _,
            KeyState.Revoked _,
            KeyState.Revealed _ -> {}
      }
    }
  }

  // ---- drawn

  private Html drawing(List<Told> keys, Instant now) {
    Instant from =
        keys.stream().map(Told::made).min(Instant::compareTo).orElse(now).minus(Duration.ofDays(7));
    Instant last =
        keys.stream()
            .flatMap(key -> key.stages().stream())
            .map(Stage::from)
            .max(Instant::compareTo)
            .orElse(now);
    Instant begin = later(from, now.minus(PAST));
    Instant end = earlier(later(last, now).plus(Duration.ofDays(30)), now.plus(FUTURE));
    List<TimeLine.Lane> lanes =
        keys.stream()
            .map(
                key ->
                    new TimeLine.Lane(
                        key.entry().name().selector(),
                        key.stages().stream().map(stage -> span(stage, end)).toList()))
            .toList();
    var caption =
        new Caption(
            SAY.keysTitle(domain.text()).in(signed.language()),
            SAY.keysDrawn(
                    domain.text(),
                    String.join(", ", lanes.stream().map(TimeLine.Lane::name).toList()))
                .in(signed.language()));
    return element(
            "div", Html.drawing(SvgPlot.svg(new TimeLine(caption, begin, end, now, lanes), "keys")))
        .with("class", "scroll")
        .with("tabindex", "0");
  }

  private TimeLine.Span span(Stage stage, Instant end) {
    // Nobody knows how long a stage lasts that has no date: it is drawn as far as it has come.
    Instant until = stage.until().orElse(stage.planned() ? end : doors.clock().instant());
    return new TimeLine.Span(
        stage.from(),
        later(until, stage.from()),
        tone(stage.state()),
        drawn(stage).in(signed.language()),
        stage.planned());
  }

  private static Text drawn(Stage stage) {
    return stage
        .until()
        .map(until -> SAY.stageDrawn(words(stage), day(stage.from()), day(until)))
        .orElseGet(() -> SAY.stageOpen(words(stage), day(stage.from())));
  }

  private static Text words(Stage stage) {
    return stage.planned() ? SAY.stagePlanned(word(stage.state())) : word(stage.state());
  }

  private static Tone tone(KeyState state) {
    return switch (state) {
      case KeyState.Active active -> active.distrusted() ? Tone.BAD : Tone.GOOD;
      case KeyState.Generated _, KeyState.Publishing _ -> Tone.WARNING;
      case KeyState.Visible _, KeyState.Retiring _ -> Tone.NEUTRAL;
      case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ -> Tone.BAD;
    };
  }

  private static Text word(KeyState state) {
    return switch (state) {
      case KeyState.Generated _ -> SAY.stageGenerated();
      case KeyState.Publishing _ -> SAY.stagePublishing();
      case KeyState.Visible _ -> SAY.stageVisible();
      case KeyState.Active active ->
          active.distrusted() ? SAY.stageDistrusted() : SAY.stageActive();
      case KeyState.Retiring _ -> SAY.stageRetiring();
      case KeyState.Revoking _ -> SAY.stageRevoking();
      case KeyState.Revoked _ -> SAY.stageRevoked();
      case KeyState.Revealed _ -> SAY.stageRevealed();
    };
  }

  // ---- in words

  private Html table(List<Told> keys) {
    var rows = new ArrayList<List<Html>>();
    for (Told key : keys) {
      for (Stage stage : key.stages()) {
        Text word = words(stage);
        rows.add(
            List.of(
                Shown.stranger(key.entry().name().selector()),
                signed.say(
                    key.entry().inReserve() && !stage.planned() ? SAY.keyReserve(word) : word),
                Html.words(day(stage.from())),
                Html.words(stage.until().map(KeysShown::day).orElse("-"))));
      }
    }
    return element(
        "details",
        element("summary", signed.say(SAY.stagesTitle())),
        Shown.table(
            signed,
            List.of(SAY.keyColumn(), SAY.stageColumn(), SAY.sinceColumn(), SAY.untilColumn()),
            rows));
  }

  // ---- what can be done

  private void forms(KeyRing ring, List<Told> keys, List<Html> content) {
    boolean pending =
        keys.stream().anyMatch(key -> !key.entry().spare() && key.entry().state().coming());
    Optional<KeyRing.Entry> active = ring.active(domain);
    if (!pending) {
      content.add(
          button(KeyWish.Verb.ROTATE, "", active.isPresent() ? SAY.keyRotate() : SAY.keyFirst()));
    }
    for (Told key : keys) {
      String selector = key.entry().name().selector();
      switch (key.entry().state()) {
        case KeyState.Active its -> {
          if (!its.distrusted()) {
            content.add(button(KeyWish.Verb.COMPROMISE, selector, SAY.keyCompromise(selector)));
          }
        }
        case KeyState.Generated _, KeyState.Publishing _, KeyState.Visible _, KeyState.Retiring _ ->
            content.add(button(KeyWish.Verb.REVOKE, selector, SAY.keyRevoke(selector)));
        case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ -> {}
      }
    }
  }

  private Html button(KeyWish.Verb verb, String selector, Text label) {
    return KeyForms.form(signed, KeyForms.ASK, domain, verb, selector).button(label, "quiet");
  }

  static String day(Instant at) {
    return at.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
