package net.facteur.server.plot;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.text.StrangerText;

/// Draws plots as SVG: without script, and without anything from elsewhere. It is as wide as the
/// place that it gets.
///
/// Each has a title and a description, which are read aloud, and a `title` at each bar. Everything
/// has the colour of the text around it; the classes `plot-good`, `plot-warning`, `plot-bad` and
/// `plot-neutral` are there for the style sheet of a page, see [#STYLE].
///
/// @spec https://www.w3.org/TR/SVG2/struct.html#DescElement SVG 2, section 5.8
public final class SvgPlot {
  /// Rules for a page that wants colours: they suit light and dark ground alike.
  public static final String STYLE =
      """
      .plot{display:block;width:100%;height:auto;max-width:48rem}
      .plot-good{color:light-dark(#18794e,#4cc38a)}
      .plot-warning{color:light-dark(#ad5700,#f1a10d)}
      .plot-bad{color:light-dark(#c62a2f,#ff9592)}
      .plot-neutral{color:light-dark(#3e63dd,#9eb1ff)}
      """;

  private static final double WIDTH = 640;
  private static final double HEIGHT = 200;
  private static final double LEFT = 52;
  private static final double RIGHT = 8;
  private static final double BOTTOM = 24;
  private static final double LEGEND = 22;
  private static final double SPARK_WIDTH = 120;
  private static final double SPARK_HEIGHT = 24;
  private static final int INTERVALS = 4;
  private static final int LABELS = 6;

  /// How strongly each further series is filled, so that they differ without colours.
  private static final double[] FILLS = {0.9, 0.5, 0.3, 0.7, 0.2, 0.1};

  /// How the line of each further series is broken, for the same reason.
  private static final String[] DASHES = {"none", "6 3", "2 2", "8 2 2 2", "1 3", "12 4"};

  private SvgPlot() {}

  /// @param id what the drawing is called within its page: letters, digits and hyphens
  public static Svg svg(Plot plot, String id) {
    return switch (plot) {
      case BarChart chart -> bars(chart, id);
      case LineChart chart -> lines(chart, id);
      case Sparkline spark -> spark(spark, id);
      case TimeLine line -> SvgTimeLine.draw(line, id);
    };
  }

  private static Svg bars(BarChart chart, String id) {
    var field = new Field(Scale.upTo(chart.highest(), INTERVALS), chart.series().size() > 1);
    List<Svg> content = field.begun(chart.series(), chart.steps(), true);
    double wide = field.width() / chart.steps().size();
    double gap = Math.min(2, wide / 5);
    for (int i = 0; i < chart.steps().size(); i++) {
      if (chart.total(i) <= 0) {
        continue;
      }
      List<Svg> stack = new ArrayList<>();
      stack.add(Svg.element("title", new Svg.Words(told(chart.series(), chart.steps(), i))));
      double ground = 0;
      for (int s = 0; s < chart.series().size(); s++) {
        double value = chart.series().get(s).at(i);
        if (value > 0) {
          stack.add(
              mark(chart.series().get(s).tone(), s)
                  .with("x", LEFT + i * wide + gap / 2)
                  .with("y", field.y(ground + value))
                  .with("width", wide - gap)
                  .with("height", field.y(ground) - field.y(ground + value)));
          ground += value;
        }
      }
      content.add(Svg.element("g", stack));
    }
    return drawing(chart.caption(), id, WIDTH, HEIGHT, content);
  }

  private static Svg lines(LineChart chart, String id) {
    var field = new Field(Scale.upTo(chart.highest(), INTERVALS), chart.series().size() > 1);
    List<Svg> content = field.begun(chart.series(), chart.steps(), false);
    double wide = field.width() / chart.steps().size();
    for (int s = 0; s < chart.series().size(); s++) {
      Series series = chart.series().get(s);
      var path = new StringBuilder();
      boolean on = false;
      for (int i = 0; i < chart.steps().size(); i++) {
        if (series.knownAt(i)) {
          path.append(on ? "L" : "M")
              .append(Scale.digits(LEFT + (i + 0.5) * wide))
              .append(' ')
              .append(Scale.digits(field.y(series.at(i))));
          // a value between two gaps is a point
          if (!on && (i + 1 == chart.steps().size() || !series.knownAt(i + 1))) {
            path.append("h0.01");
          }
        }
        on = series.knownAt(i);
      }
      content.add(
          line(series.tone(), s)
              .with("d", path.toString())
              .with("fill", "none")
              .with("stroke-linecap", "round"));
    }
    return drawing(chart.caption(), id, WIDTH, HEIGHT, content);
  }

  private static Svg spark(Sparkline spark, String id) {
    int steps = spark.series().values().size();
    double top = Math.max(spark.highest(), Double.MIN_NORMAL);
    double wide = SPARK_WIDTH / steps;
    var content = new ArrayList<Svg>();
    for (int i = 0; i < steps; i++) {
      double tall = spark.series().at(i) / top * SPARK_HEIGHT;
      if (tall > 0) {
        content.add(
            mark(spark.series().tone(), 0)
                .with("x", i * wide)
                .with("y", SPARK_HEIGHT - Math.max(tall, 1))
                .with("width", wide * 0.8)
                .with("height", Math.max(tall, 1)));
      }
    }
    return drawing(spark.caption(), id, SPARK_WIDTH, SPARK_HEIGHT, content);
  }

  static Svg drawing(Caption caption, String id, double width, double height, List<Svg> content) {
    var whole = new ArrayList<Svg>();
    whole.add(
        Svg.element("title", new Svg.Words(shown(caption.title()))).with("id", id + "-title"));
    whole.add(
        Svg.element("desc", new Svg.Words(shown(caption.description()))).with("id", id + "-desc"));
    whole.addAll(content);
    return Svg.element("svg", whole)
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("class", "plot")
        .with("role", "img")
        .with("aria-labelledby", id + "-title " + id + "-desc")
        .with("viewBox", "0 0 " + Scale.digits(width) + " " + Scale.digits(height))
        .with("font-family", "inherit")
        .with("font-size", "11");
  }

  /// What a bar says if somebody points at it.
  private static String told(List<Series> series, List<String> steps, int step) {
    var told = new StringBuilder(shown(steps.get(step)));
    for (Series each : series) {
      told.append("; ")
          .append(shown(each.name()))
          .append(": ")
          .append(each.knownAt(step) ? Scale.digits(each.at(step)) : "-");
    }
    return told.toString();
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }

  private static Svg.Element mark(Tone tone, int number) {
    Svg.Element rect = Svg.element("rect").with("class", tone.cssClass());
    return switch (tone) {
      case BAD -> rect.with("fill", "none").with("stroke", "currentColor");
      case GOOD, WARNING, NEUTRAL ->
          rect.with("fill", "currentColor").with("fill-opacity", FILLS[number]);
    };
  }

  private static Svg.Element line(Tone tone, int number) {
    return Svg.element("path")
        .with("class", tone.cssClass())
        .with("stroke", "currentColor")
        .with("stroke-width", "1.5")
        .with("stroke-dasharray", DASHES[number]);
  }

  /// Where values stand.
  private record Field(Scale scale, boolean legend) {
    double width() {
      return WIDTH - LEFT - RIGHT;
    }

    double top() {
      return legend ? LEGEND : 8;
    }

    double y(double value) {
      double ground = HEIGHT - BOTTOM;
      return ground - value / scale.top() * (ground - top());
    }

    /// The axes, and what is drawn in which way.
    List<Svg> begun(List<Series> series, List<String> steps, boolean filled) {
      var content = new ArrayList<Svg>();
      for (double tick : scale.ticks()) {
        content.add(
            Svg.element("path")
                .with(
                    "d",
                    "M"
                        + Scale.digits(LEFT)
                        + " "
                        + Scale.digits(y(tick))
                        + "h"
                        + Scale.digits(width()))
                .with("stroke", "currentColor")
                .with("stroke-opacity", tick > 0 ? 0.2 : 0.6));
        content.add(words(Scale.digits(tick), LEFT - 6, y(tick) + 4).with("text-anchor", "end"));
      }
      double wide = width() / steps.size();
      int every = Math.max(1, Math.ceilDiv(steps.size(), LABELS));
      for (int i = 0; i < steps.size(); i += every) {
        double middle = LEFT + (i + 0.5) * wide;
        content.add(
            words(shown(steps.get(i)), middle, HEIGHT - 7)
                .with("text-anchor", i == 0 && steps.size() > 1 ? "start" : "middle"));
      }
      if (legend) {
        double each = width() / series.size();
        for (int s = 0; s < series.size(); s++) {
          double x = LEFT + s * each;
          content.add(
              filled
                  ? mark(series.get(s).tone(), s)
                      .with("x", x)
                      .with("y", 4)
                      .with("width", 10)
                      .with("height", 10)
                  : line(series.get(s).tone(), s).with("d", "M" + Scale.digits(x) + " 9h18"));
          content.add(words(shown(series.get(s).name()), x + (filled ? 15 : 23), 13));
        }
      }
      return content;
    }

    private static Svg.Element words(String words, double x, double y) {
      return Svg.element("text", new Svg.Words(words))
          .with("x", x)
          .with("y", y)
          .with("fill", "currentColor")
          .with("aria-hidden", "true");
    }
  }
}
