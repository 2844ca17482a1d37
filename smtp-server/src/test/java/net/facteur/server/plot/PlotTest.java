package net.facteur.server.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import net.facteur.server.web.Html;
import org.junit.jupiter.api.Test;

final class PlotTest {
  private static final Caption CAPTION = new Caption("Mail a day", "From 1 to 4, 30 in all.");
  private static final TerminalStyle UNICODE = new TerminalStyle(40, true, false);
  private static final TerminalStyle ASCII = new TerminalStyle(40, false, false);

  private static final BarChart PASSED_AND_FAILED =
      new BarChart(
          CAPTION,
          List.of("1", "2", "3", "4"),
          List.of(
              Series.counted("passes", Tone.GOOD, List.of(8L, 0L, 4L, 1000L)),
              Series.counted("fails", Tone.BAD, List.of(0L, 0L, 4L, 1L))));

  private static List<String> days(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "day " + i).toList();
  }

  private static Series counting(String name, int count) {
    return Series.counted(name, Tone.GOOD, LongStream.rangeClosed(1, count).boxed().toList());
  }

  /// The elements and the words of a drawing, in order.
  private static List<String> read(Svg svg) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(svg.print()));
    var found = new ArrayList<String>();
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        assertEquals("http://www.w3.org/2000/svg", reader.getNamespaceURI());
        found.add("<" + reader.getLocalName() + ">");
      } else if (event == XMLStreamConstants.CHARACTERS) {
        found.add(reader.getText());
      }
    }
    return found;
  }

  @Test
  void aTerminalShowsAFewFailuresAmongManyMessages() {
    var chart =
        new BarChart(
            CAPTION,
            List.of("1", "2", "3", "4"),
            List.of(
                Series.counted("passes", Tone.GOOD, List.of(8L, 20L, 0L, 1000L)),
                Series.counted("fails", Tone.BAD, List.of(0L, 0L, 4L, 1L))));
    assertEquals(
        """
        Mail a day
        1500 |
             |
             |
        1000 |            xxx
             |            ###
         500 |            ###
             |            ###
             |### ### xxx ###
           0 +----------------
              1              4
              # passes  x fails\
        """,
        String.join("\n", TerminalPlot.lines(chart, ASCII)));
  }

  @Test
  void barsOfOneKindGrowByEighthsOfACharacter() {
    var chart =
        new BarChart(
            CAPTION,
            List.of("1", "2", "3", "4"),
            List.of(Series.counted("all", Tone.GOOD, List.of(0L, 4L, 10L, 19L))));
    assertEquals(
        """
        Mail a day
        20 │            ▅▅▅
           │            ███
        15 │            ███
           │            ███
        10 │        ███ ███
           │        ███ ███
         5 │    ▅▅▅ ███ ███
           │    ███ ███ ███
         0 └────────────────
            1              4\
        """,
        String.join("\n", TerminalPlot.lines(chart, UNICODE)));
  }

  @Test
  void aDrawingIsXmlThatSaysItsNumbers() throws XMLStreamException {
    Svg svg = SvgPlot.svg(PASSED_AND_FAILED, "mail");
    List<String> read = read(svg);
    assertEquals(List.of("<svg>", "<title>", "Mail a day", "<desc>"), read.subList(0, 4));
    assertTrue(read.contains("3; passes: 4; fails: 4"), read::toString);
    assertTrue(read.contains("4; passes: 1000; fails: 1"), read::toString);
    // three days with bars, two of them with both kinds, and two in the legend
    assertEquals(5 + 2, Collections.frequency(read, "<rect>"));
    assertTrue(svg.print().contains("aria-labelledby=\"mail-title mail-desc\""));
    assertTrue(svg.print().contains("role=\"img\""));
    assertEquals(svg.print(), Html.drawing(svg).print());
  }

  @Test
  void aDrawingNeedsNothingFromElsewhereAndNoScript() throws XMLStreamException {
    for (Plot plot :
        List.of(
            PASSED_AND_FAILED,
            new LineChart(CAPTION, days(3), List.of(counting("a", 3), counting("b", 3))),
            new Sparkline(CAPTION, counting("c", 9)))) {
      String drawn = SvgPlot.svg(plot, "x").print();
      assertFalse(drawn.contains("script") || drawn.contains("href"), drawn);
      assertFalse(drawn.contains("style="), drawn);
      assertTrue(read(SvgPlot.svg(plot, "x")).contains("From 1 to 4, 30 in all."));
      // the colour of the text around it, whatever the ground is
      assertFalse(drawn.matches("(?s).*(fill|stroke)=\"#.*"), drawn);
    }
  }

  @Test
  void wordsOfStrangersNeitherLeaveTheirPlaceNorControlATerminal() throws XMLStreamException {
    String evil = "</title><script>\u001b[2J\u0000\u202e\"'&";
    var chart =
        new BarChart(
            new Caption(evil, evil),
            List.of(evil, evil),
            List.of(counting(evil, 2), counting(evil, 2)));
    List<String> read = read(SvgPlot.svg(chart, "x"));
    assertFalse(read.contains("<script>"), read::toString);
    String terminal = String.join("", TerminalPlot.lines(chart, UNICODE));
    assertFalse(terminal.contains("\u001b") || terminal.contains("\u202e"), terminal);
  }

  @Test
  void aTerminalThatIsNarrowerThanTheStepsShowsSumsOfSeveral() {
    var chart = new BarChart(CAPTION, days(365), List.of(counting("all", 365)));
    for (int columns : new int[] {20, 40, 79, 200}) {
      var style = new TerminalStyle(columns, true, false);
      for (String line : TerminalPlot.lines(chart, style)) {
        assertTrue(line.length() <= columns, () -> columns + ": " + line);
      }
      assertTrue(TerminalPlot.stepsPerColumn(chart, style) > 1);
    }
    assertEquals(1, TerminalPlot.stepsPerColumn(PASSED_AND_FAILED, UNICODE));
  }

  @Test
  void everyPlotIsDrawnInAsciiWhereNothingElseIsShown() {
    for (Plot plot :
        List.of(
            PASSED_AND_FAILED,
            new LineChart(CAPTION, days(3), List.of(counting("a", 3), counting("b", 3))),
            new Sparkline(CAPTION, counting("c", 9)))) {
      String drawn = String.join("\n", TerminalPlot.lines(plot, ASCII));
      assertTrue(drawn.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), drawn);
    }
  }

  @Test
  void aSparklineHasACharacterForEachValueAndNothingForNothing() {
    var spark = new Sparkline(CAPTION, Series.counted("a", Tone.GOOD, List.of(0L, 1L, 4L, 8L, 1L)));
    assertEquals(" ▁▄█▁", TerminalPlot.spark(spark, UNICODE));
    assertEquals(" .=%.", TerminalPlot.spark(spark, ASCII));
    assertEquals(
        "   ",
        TerminalPlot.spark(
            new Sparkline(CAPTION, Series.counted("a", Tone.GOOD, List.of(0L, 0L, 0L))), UNICODE));
  }

  @Test
  void aLineHasAGapWhereNothingIsKnown() {
    var series = new Series("a", Tone.GOOD, List.of(1.0, 2.0, Double.NaN, 4.0));
    String drawn = SvgPlot.svg(new LineChart(CAPTION, days(4), List.of(series)), "x").print();
    String path = drawn.replaceFirst("(?s).*stroke-dasharray=\"none\" d=\"([^\"]*)\".*", "$1");
    assertTrue(path.matches("M[0-9. ]+L[0-9. ]+M[0-9. ]+h0.01"), path);
  }

  @Test
  void whatIsTooMuchForAPlotIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new BarChart(CAPTION, days(401), List.of(counting("a", 401))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BarChart(CAPTION, days(2), Collections.nCopies(7, counting("a", 2))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LineChart(CAPTION, days(3), List.of(counting("a", 2))));
    assertThrows(IllegalArgumentException.class, () -> new Series("a", Tone.GOOD, List.of(-1.0)));
  }

  @Test
  void numbersAtTheAxisAreRoundAndWhole() {
    assertEquals(List.of(0.0, 1.0, 2.0, 3.0), Scale.upTo(3, 4).ticks());
    assertEquals(List.of(0.0, 500.0, 1000.0, 1500.0), Scale.upTo(1001, 4).ticks());
    assertEquals(List.of(0.0, 1.0), Scale.upTo(0, 4).ticks());
    assertEquals("1500", Scale.digits(1500));
    assertEquals("99.87", Scale.digits(99.873));
  }

  @Test
  void theEnvironmentSaysWhatATerminalShows() {
    assertEquals(
        new TerminalStyle(132, true, false),
        TerminalStyle.of(Map.of("COLUMNS", "132", "LANG", "fr_FR.UTF-8"), false));
    assertEquals(
        new TerminalStyle(80, false, false),
        TerminalStyle.of(Map.of("LC_ALL", "C", "LANG", "fr_FR.UTF-8"), false));
    assertEquals(
        new TerminalStyle(20, false, true), TerminalStyle.of(Map.of("COLUMNS", "3"), true));
  }
}
