package net.facteur.server.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import net.facteur.server.plot.TimeLine.Lane;
import net.facteur.server.plot.TimeLine.Span;
import net.facteur.server.web.Html;
import org.junit.jupiter.api.Test;

/// What lasts, drawn over time.
class TimeLineTest {
  private static final Instant FROM = Instant.parse("2026-10-01T00:00:00Z");
  private static final Instant NOW = FROM.plus(Duration.ofDays(50));
  private static final Instant TO = FROM.plus(Duration.ofDays(100));
  private static final TerminalStyle ASCII = new TerminalStyle(40, false, false);

  private static Span span(int from, int to, Tone tone, boolean planned) {
    return new Span(
        FROM.plus(Duration.ofDays(from)),
        FROM.plus(Duration.ofDays(to)),
        tone,
        from + " to " + to,
        planned);
  }

  private static TimeLine line(List<Lane> lanes) {
    return new TimeLine(new Caption("Keys", "Two keys."), FROM, TO, NOW, lanes);
  }

  private static final TimeLine KEYS =
      line(
          List.of(
              new Lane(
                  "oct",
                  List.of(
                      span(-300, -200, Tone.NEUTRAL, false),
                      span(0, 40, Tone.GOOD, false),
                      span(40, 60, Tone.NEUTRAL, false),
                      span(60, 400, Tone.NEUTRAL, true))),
              new Lane("nov", List.of(span(40, 100, Tone.GOOD, false)))));

  @Test
  void aTerminalShowsSpansWhatIsPlannedAndThePresent() {
    assertEquals(
        """
        Keys
        oct
        ################====|...................
        nov
                        ####|...................
        2026-10     2026-11     2026-12\
        """,
        String.join("\n", TerminalPlot.lines(KEYS, ASCII)));
  }

  @Test
  void aDrawingSaysItsSpansAndLeavesOutWhatNobodySees() {
    String svg = SvgPlot.svg(KEYS, "keys").print();
    assertTrue(svg.contains("<title>0 to 40</title>"), svg);
    assertTrue(svg.contains("<title>60 to 400</title>"), svg);
    assertFalse(svg.contains("-300"), svg);
    assertEquals(1, svg.split("stroke-dasharray", -1).length - 1, "what is planned differs");
    assertTrue(svg.contains("aria-labelledby=\"keys-title keys-desc\""), svg);
    // Within a page nothing of it leads elsewhere or runs.
    assertEquals(svg, Html.drawing(SvgPlot.svg(KEYS, "keys")).print());
  }

  @Test
  void wordsOfStrangersNeitherLeaveTheirPlaceNorControlATerminal() {
    String evil = "<script>\u001b[31m\u202e";
    var line = line(List.of(new Lane(evil, List.of(new Span(FROM, TO, Tone.BAD, evil, false)))));
    assertFalse(SvgPlot.svg(line, "x").print().contains("<script>"));
    assertFalse(String.join("", TerminalPlot.lines(line, ASCII)).contains("\u001b"));
  }

  @Test
  void monthsAreFewHoweverLongTheTimeIs() {
    assertEquals(
        List.of("2026-10", "2026-11", "2026-12", "2027-01"),
        Months.marks(KEYS).stream().map(Months::name).toList());
    for (int days : new int[] {1, 10, 400, 4000, 40_000}) {
      var line =
          new TimeLine(KEYS.caption(), FROM, FROM.plus(Duration.ofDays(days)), NOW, KEYS.lanes());
      List<LocalDate> marks = Months.marks(line);
      assertTrue(marks.size() <= 8 && !marks.isEmpty(), days + ": " + marks);
      assertEquals(
          marks.size(),
          marks.stream().map(Months::name).collect(Collectors.toSet()).size(),
          marks::toString);
    }
  }

  @Test
  void whatIsTooMuchOrMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> line(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> line(Collections.nCopies(TimeLine.MOST_LANES + 1, KEYS.lanes().getFirst())));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Lane(
                "x", Collections.nCopies(TimeLine.MOST_SPANS + 1, span(0, 1, Tone.GOOD, false))));
    assertThrows(IllegalArgumentException.class, () -> span(2, 1, Tone.GOOD, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimeLine(KEYS.caption(), TO, FROM, NOW, KEYS.lanes()));
  }
}
