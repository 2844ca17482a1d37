package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.NamesTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.facteur.server.keys.RecordText;
import net.facteur.server.keys.RecordWatch.AtServer;
import net.facteur.server.keys.RecordWatch.Holding;
import net.facteur.server.keys.RecordWatch.State;
import net.facteur.server.keys.RecordWatch.Watched;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.keys.ZonePrinter;
import net.facteur.server.language.Text;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.web.Html;
import net.facteur.server.zone.ZoneLook;

/// A zone as it was found: what is amiss with the lines to paste, then each record at each of its
/// name servers, then the whole zone to paste.
record ZoneShown(Signed signed, ZoneLook look) {
  /// Records with their lines; more are in the table below.
  private static final int MOST_LINES = 30;

  /// Name servers of one record.
  private static final int MOST_SERVERS = 12;

  /// Answers of name servers on the page as a whole.
  private static final int MOST_ANSWERS = 240;

  void show(List<Html> content) {
    content.add(signed.paragraph(SAY.zoneSeen(SecurityPages.time(look.at()))));
    List<Watched> amiss = look.amiss();
    if (amiss.isEmpty()) {
      long there =
          look.records().stream().filter(one -> one.state() instanceof State.There).count();
      content.add(signed.note("good", SAY.zoneWell((int) there)));
    } else {
      content.add(amiss(amiss));
    }
    content.add(
        element(
            "details",
            element("summary", signed.say(SAY.zoneEach(look.records().size()))),
            table()));
    content.add(
        element(
            "details",
            element("summary", signed.say(SAY.zoneWhole())),
            Shown.lines(
                signed,
                ZonePrinter.bind(look.plan(), signed.language()).stream().map(Text::of).toList())));
  }

  private Html amiss(List<Watched> amiss) {
    List<Watched> lacking = amiss.stream().filter(ZoneShown::lacking).toList();
    boolean missing = !lacking.isEmpty();
    var pieces = new ArrayList<Html>();
    pieces.add(
        element(
            "strong", signed.say(SAY.zoneAmiss(lacking.size(), amiss.size() - lacking.size()))));
    silent().ifPresent(names -> pieces.add(signed.paragraph(SAY.zoneSilent(names))));
    if (missing) {
      pieces.add(signed.paragraph(SAY.zonePaste()));
      var lines = new ArrayList<Text>();
      lacking.stream().limit(MOST_LINES).forEach(one -> lines.addAll(paste(one.line())));
      pieces.add(Shown.lines(signed, lines));
    }
    return element("div", pieces).with("class", missing ? "note bad" : "note warn");
  }

  /// True where some name server says that it does not have a record, or has another in its place:
  /// only then is there something to paste.
  static boolean lacking(Watched one) {
    return one.state() instanceof State.Missing
        && (one.servers().isEmpty()
            || one.servers().stream()
                .anyMatch(
                    server ->
                        server.holding() instanceof Holding.Nothing
                            || server.holding() instanceof Holding.Another));
  }

  /// The name servers that gave no usable answer to any question; empty where each gave some.
  private Optional<String> silent() {
    var silent = new TreeSet<String>();
    var others = new HashSet<String>();
    look.records().stream()
        .flatMap(one -> one.servers().stream())
        .forEach(
            server ->
                (server.holding() instanceof Holding.Silent ? silent : others)
                    .add(server.server()));
    silent.removeAll(others);
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(Shown.cleaned(String.join(", ", silent)));
  }

  /// What goes has to be told: two records of one kind count as none.
  private static List<Text> paste(ZonePlan.Line line) {
    var lines = new ArrayList<Text>();
    line.replaces()
        .ifPresent(
            old ->
                lines.add(
                    Text.joined(
                        "",
                        List.of(
                            Text.of("; "),
                            SAY.zoneInPlaceOf(
                                line.owner() + ". IN TXT " + RecordText.data(old))))));
    ZonePrinter.record(line).forEach(row -> lines.add(Text.of(row)));
    return lines;
  }

  private Html table() {
    boolean each =
        look.records().stream().mapToInt(one -> one.servers().size()).sum() <= MOST_ANSWERS;
    return Shown.table(
        signed,
        List.of(SAY.recordColumn(), VolunteerTexts.SAY.stateColumn(), SAY.serversColumn()),
        look.records().stream()
            .map(
                one ->
                    List.of(
                        record(one.line()),
                        state(one),
                        each || one.pending() ? servers(one) : signed.say(SAY.everyServer())))
            .toList());
  }

  private static Html record(ZonePlan.Line line) {
    return element("code", Shown.stranger(line.owner() + " " + line.type()));
  }

  /// The colour is said in a word too.
  private Html state(Watched one) {
    return switch (one.state()) {
      case State.There() -> coloured("good", SAY.recordThere());
      case State.Missing _ ->
          lacking(one)
              ? coloured("bad", SAY.recordMissing())
              : coloured("warn", SAY.recordUnsure());
      case State.Unknown _ -> coloured("warn", SAY.recordUnknown());
      case State.Unwatched() -> signed.say(SAY.recordUnwatched());
    };
  }

  private Html coloured(String kind, Text text) {
    return element("strong", signed.say(text)).with("class", "text-" + kind);
  }

  private Html servers(Watched one) {
    if (one.servers().isEmpty()) {
      return switch (one.state()) {
        case State.There() -> signed.say(SAY.everyServer());
        case State.Missing(String who) -> Shown.stranger(who);
        case State.Unknown(String why) -> Shown.stranger(why);
        case State.Unwatched() -> words("-");
      };
    }
    return element(
        "ul",
        one.servers().stream()
            .limit(MOST_SERVERS)
            .map(
                server ->
                    element(
                        "li",
                        words(
                            SAY.atServer(Shown.cleaned(server.server()), holding(server))
                                .in(signed.language()))))
            .toList());
  }

  private static Text holding(AtServer server) {
    return switch (server.holding()) {
      case Holding.It() -> SAY.hasIt();
      case Holding.Another(List<String> values) ->
          SAY.hasAnother(Shown.cleaned(String.join(", ", values)));
      case Holding.Nothing() -> SAY.hasNothing();
      case Holding.Silent(String reason) -> SAY.isSilent(Shown.cleaned(reason));
    };
  }
}
