package net.facteur.server.plot;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.text.StrangerText;

/// Draws time lines as SVG. What is past or under way is filled, what is planned is outlined by
/// dashes, and the present is a line from top to bottom.
final class SvgTimeLine {
  private static final double WIDTH = 640;
  private static final double EDGE = 8;
  private static final double TOP = 8;
  private static final double NAME = 15;
  private static final double BAR = 14;
  private static final double LANE = 38;
  private static final double BOTTOM = 26;

  /// How strongly spans that follow one another are filled, so that they differ without colours.
  private static final double[] FILLS = {0.85, 0.45};

  private SvgTimeLine() {}

  static Svg draw(TimeLine line, String id) {
    double height = TOP + line.lanes().size() * LANE + BOTTOM;
    var content = new ArrayList<Svg>();
    for (LocalDate month : Months.marks(line)) {
      double at = x(line, month.atStartOfDay(ZoneOffset.UTC).toInstant());
      content.add(upright(at, height).with("stroke-opacity", 0.2));
      content.add(
          words(Months.name(month), at, height - 8)
              .with("text-anchor", at < 30 ? "start" : at > WIDTH - 30 ? "end" : "middle"));
    }
    for (int i = 0; i < line.lanes().size(); i++) {
      lane(line, line.lanes().get(i), TOP + i * LANE, content);
    }
    content.add(upright(x(line, line.now()), height).with("stroke-width", 2));
    return SvgPlot.drawing(line.caption(), id, WIDTH, height, content);
  }

  private static void lane(TimeLine line, TimeLine.Lane lane, double top, List<Svg> content) {
    content.add(words(shown(lane.name()), EDGE, top + NAME - 3));
    int shown = 0;
    for (TimeLine.Span span : lane.spans()) {
      if (!line.shows(span)) {
        continue;
      }
      double from = x(line, span.from());
      content.add(
          Svg.element(
              "g",
              Svg.element("title", new Svg.Words(shown(span.words()))),
              bar(span, shown++)
                  .with("x", from)
                  .with("y", top + NAME)
                  .with("width", Math.max(x(line, span.to()) - from, 1.5))
                  .with("height", BAR)));
    }
  }

  private static Svg.Element bar(TimeLine.Span span, int number) {
    Svg.Element bar =
        Svg.element("rect")
            .with("class", span.tone().cssClass())
            .with("stroke", "currentColor")
            .with("fill", span.planned() ? "none" : "currentColor");
    return span.planned()
        ? bar.with("stroke-dasharray", "4 3")
        : bar.with("fill-opacity", FILLS[number % FILLS.length]);
  }

  private static double x(TimeLine line, Instant at) {
    return EDGE + line.place(at) * (WIDTH - 2 * EDGE);
  }

  private static Svg.Element upright(double x, double height) {
    return Svg.element("path")
        .with(
            "d", "M" + Scale.digits(x) + " " + Scale.digits(TOP) + "V" + Scale.digits(height - 22))
        .with("stroke", "currentColor");
  }

  private static Svg.Element words(String words, double x, double y) {
    return Svg.element("text", new Svg.Words(words))
        .with("x", x)
        .with("y", y)
        .with("fill", "currentColor")
        .with("aria-hidden", "true");
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }
}
