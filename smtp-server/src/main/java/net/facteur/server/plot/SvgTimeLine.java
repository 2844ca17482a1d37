package net.facteur.server.plot;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.text.StrangerText;

/// Draws time lines as SVG. What is past is filled, what lasts on is lighter beyond the present,
/// what is planned is outlined by dashes, and the present is a line across each bar.
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

  /// How strongly the part of a span is filled that is still to come.
  private static final double COMING = 0.15;

  private SvgTimeLine() {}

  static Svg draw(TimeLine line, String id) {
    double height = TOP + line.lanes().size() * LANE + BOTTOM;
    List<LocalDate> months = Months.marks(line);
    var content = new ArrayList<Svg>();
    for (LocalDate month : months) {
      double at = x(line, begin(month));
      content.add(
          words(Months.name(month), at, height - 8)
              .with("text-anchor", at < 30 ? "start" : at > WIDTH - 30 ? "end" : "middle"));
    }
    for (int i = 0; i < line.lanes().size(); i++) {
      double top = TOP + i * LANE + NAME;
      for (LocalDate month : months) {
        content.add(upright(x(line, begin(month)), top, BAR + 4).with("stroke-opacity", 0.25));
      }
      lane(line, line.lanes().get(i), top, content);
      content.add(upright(x(line, line.now()), top - 3, BAR + 6).with("stroke-width", 2.5));
    }
    return SvgPlot.drawing(line.caption(), id, WIDTH, height, content);
  }

  private static Instant begin(LocalDate month) {
    return month.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static void lane(TimeLine line, TimeLine.Lane lane, double top, List<Svg> content) {
    content.add(words(shown(lane.name()), EDGE, top - 4));
    int shown = 0;
    for (TimeLine.Span span : lane.spans()) {
      if (!line.shows(span)) {
        continue;
      }
      double from = x(line, span.from());
      double to = x(line, span.to());
      double now = Math.clamp(x(line, line.now()), from, Math.max(from, to));
      double fill = FILLS[shown++ % FILLS.length];
      var pieces = new ArrayList<Svg>();
      pieces.add(Svg.element("title", new Svg.Words(shown(span.words()))));
      if (span.planned()) {
        pieces.add(bar(span, from, to, top).with("fill", "none").with("stroke-dasharray", "4 3"));
      } else {
        pieces.add(bar(span, from, now, top).with("fill-opacity", fill));
        if (to > now) {
          pieces.add(bar(span, now, to, top).with("fill-opacity", COMING));
        }
      }
      content.add(Svg.element("g", pieces));
    }
  }

  private static Svg.Element bar(TimeLine.Span span, double from, double to, double top) {
    return Svg.element("rect")
        .with("class", span.tone().cssClass())
        .with("stroke", "currentColor")
        .with("fill", "currentColor")
        .with("x", from)
        .with("y", top)
        .with("width", Math.max(to - from, 1.5))
        .with("height", BAR);
  }

  private static double x(TimeLine line, Instant at) {
    return EDGE + line.place(at) * (WIDTH - 2 * EDGE);
  }

  private static Svg.Element upright(double x, double top, double tall) {
    return Svg.element("path")
        .with("d", "M" + Scale.digits(x) + " " + Scale.digits(top) + "v" + Scale.digits(tall))
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
