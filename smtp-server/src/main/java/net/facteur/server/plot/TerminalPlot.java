package net.facteur.server.plot;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.text.StrangerText;

/// Draws plots as lines of characters. Where there are more steps than columns, a column stands for
/// several: of bars it has the sum, of lines the mean.
public final class TerminalPlot {
  private static final int ROWS = 8;
  private static final int INTERVALS = 4;
  private static final String EIGHTHS = "▁▂▃▄▅▆▇█";
  private static final String GREYS = ".:-=+*#%";
  private static final String FILLS = "█░▒▓▞▚";
  private static final String ASCII_FILLS = "#x.o+*";
  private static final String POINTS = "●○◆◇■□";
  private static final String ASCII_POINTS = "*o+x#@";

  private TerminalPlot() {}

  /// The title, the drawing, and what is drawn in which way; without the description.
  public static List<String> lines(Plot plot, TerminalStyle style) {
    return switch (plot) {
      case BarChart chart -> bars(chart, style);
      case LineChart chart -> lines(chart, style);
      case Sparkline spark -> List.of(spark(spark, style));
      case TimeLine line -> TerminalTimeLine.draw(line, style);
    };
  }

  /// How many steps one column stands for.
  public static int stepsPerColumn(Plot plot, TerminalStyle style) {
    return switch (plot) {
      case BarChart chart -> barField(chart, style).group();
      case LineChart chart -> lineField(chart, style).group();
      case Sparkline spark -> Math.ceilDiv(spark.series().values().size(), style.columns());
      case TimeLine _ -> 1;
    };
  }

  /// A row of characters, one for each value, without words.
  public static String spark(Sparkline spark, TerminalStyle style) {
    int steps = spark.series().values().size();
    int group = Math.ceilDiv(steps, style.columns());
    double[] values = new double[Math.ceilDiv(steps, group)];
    double highest = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = sum(spark.series(), i * group, group);
      highest = Math.max(highest, values[i]);
    }
    String levels = style.unicode() ? EIGHTHS : GREYS;
    var out = new StringBuilder(values.length);
    for (double value : values) {
      out.append(
          value <= 0 ? ' ' : levels.charAt((int) Math.ceil(value / highest * levels.length()) - 1));
    }
    return out.toString();
  }

  private static double sum(Series series, int from, int group) {
    double sum = 0;
    for (int i = from; i < Math.min(from + group, series.values().size()); i++) {
      sum += series.at(i);
    }
    return sum;
  }

  /// @return NaN where nothing is known
  private static double mean(Series series, int from, int group) {
    double sum = 0;
    int known = 0;
    for (int i = from; i < Math.min(from + group, series.values().size()); i++) {
      if (series.knownAt(i)) {
        sum += series.at(i);
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  /// Where values stand.
  ///
  /// @param group steps of one column
  /// @param wide characters of one column, its gap included
  /// @param numbers characters of the widest number at the axis
  private record Field(Scale scale, int columns, int group, int wide, int numbers) {
    static Field of(double highest, int steps, int group, TerminalStyle style) {
      Scale scale = Scale.upTo(highest, INTERVALS);
      int numbers = widest(scale);
      int columns = Math.ceilDiv(steps, group);
      int room = style.columns() - numbers - 3;
      return new Field(scale, columns, group, Math.clamp(room / columns, 1, 4), numbers);
    }

    static int widest(Scale scale) {
      return scale.ticks().stream().mapToInt(t -> Scale.digits(t).length()).max().orElse(1);
    }

    /// Characters of a bar.
    int bar() {
      return wide > 1 ? wide - 1 : 1;
    }

    /// How many rows of the drawing a value fills.
    double height(double value) {
      return value / scale.top() * ROWS;
    }
  }

  private static Field barField(BarChart chart, TerminalStyle style) {
    int steps = chart.steps().size();
    int group = 1;
    while (true) {
      double highest = 0;
      for (int i = 0; i < steps; i += group) {
        highest = Math.max(highest, total(chart, i, group));
      }
      Field field = Field.of(highest, steps, group, style);
      if (field.columns() + field.numbers() + 3 <= style.columns()) {
        return field;
      }
      group++;
    }
  }

  private static Field lineField(LineChart chart, TerminalStyle style) {
    int numbers = Field.widest(Scale.upTo(chart.highest(), INTERVALS));
    int steps = chart.steps().size();
    int room = Math.max(1, style.columns() - numbers - 3);
    return Field.of(chart.highest(), steps, Math.ceilDiv(steps, room), style);
  }

  private static double total(BarChart chart, int from, int group) {
    return chart.series().stream().mapToDouble(series -> sum(series, from, group)).sum();
  }

  private static List<String> bars(BarChart chart, TerminalStyle style) {
    Field field = barField(chart, style);
    String[][] cells = new String[ROWS][field.columns()];
    for (int c = 0; c < field.columns(); c++) {
      int from = c * field.group();
      double[] values = new double[chart.series().size()];
      for (int s = 0; s < values.length; s++) {
        values[s] = sum(chart.series().get(s), from, field.group());
      }
      int[] owners = owners(field, values);
      double height = field.height(total(chart, from, field.group()));
      for (int r = 0; r < ROWS; r++) {
        if (owners[r] >= 0) {
          Tone tone = chart.series().get(owners[r]).tone();
          char with = fill(owners[r], values.length == 1 ? height - r : 1, style);
          cells[r][c] = coloured(String.valueOf(with).repeat(field.bar()), tone, style);
        }
      }
    }
    return drawn(chart, chart.steps(), chart.series(), field, cells, style, true);
  }

  private static char fill(int series, double part, TerminalStyle style) {
    if (!style.unicode()) {
      return ASCII_FILLS.charAt(series);
    }
    return part < 1
        ? EIGHTHS.charAt(Math.clamp(Math.round(part * EIGHTHS.length()) - 1, 0, 7))
        : FILLS.charAt(series);
  }

  /// Whose each cell of a column is, from the ground up; -1 is nobody's. Every series that has
  /// something has a cell, however little it is: few failures among many messages are to be seen.
  private static int[] owners(Field field, double[] values) {
    int[] cells = new int[values.length];
    double whole = 0;
    for (int s = 0; s < values.length; s++) {
      whole += values[s];
      cells[s] = values[s] > 0 ? Math.max(1, (int) Math.round(field.height(values[s]))) : 0;
    }
    int limit = values.length == 1 ? ROWS : Math.max(1, (int) Math.round(field.height(whole)));
    if (values.length == 1 && values[0] > 0) {
      cells[0] = (int) Math.ceil(field.height(values[0]));
    }
    for (int over = sum(cells) - Math.min(limit, ROWS); over > 0; over--) {
      int largest = 0;
      for (int s = 1; s < cells.length; s++) {
        largest = cells[s] > cells[largest] ? s : largest;
      }
      if (cells[largest] <= 1) {
        break;
      }
      cells[largest]--;
    }
    int[] owners = new int[ROWS];
    int row = 0;
    for (int s = 0; s < cells.length; s++) {
      for (int i = 0; i < cells[s] && row < ROWS; i++) {
        owners[row++] = s;
      }
    }
    while (row < ROWS) {
      owners[row++] = -1;
    }
    return owners;
  }

  private static int sum(int[] values) {
    int sum = 0;
    for (int value : values) {
      sum += value;
    }
    return sum;
  }

  private static List<String> lines(LineChart chart, TerminalStyle style) {
    Field field = lineField(chart, style);
    String[][] cells = new String[ROWS][field.columns()];
    for (int s = chart.series().size() - 1; s >= 0; s--) {
      Series series = chart.series().get(s);
      for (int c = 0; c < field.columns(); c++) {
        double value = mean(series, c * field.group(), field.group());
        if (!Double.isNaN(value)) {
          int row = Math.clamp((int) Math.ceil(field.height(value)) - 1, 0, ROWS - 1);
          char point = (style.unicode() ? POINTS : ASCII_POINTS).charAt(s);
          cells[row][c] =
              coloured(String.valueOf(point), series.tone(), style) + " ".repeat(field.bar() - 1);
        }
      }
    }
    return drawn(chart, chart.steps(), chart.series(), field, cells, style, false);
  }

  private static List<String> drawn(
      Plot plot,
      List<String> steps,
      List<Series> series,
      Field field,
      String[][] cells,
      TerminalStyle style,
      boolean bars) {
    var lines = new ArrayList<String>();
    lines.add(shown(plot.caption().title()));
    for (int r = ROWS - 1; r >= 0; r--) {
      var line = new StringBuilder(number(field, r));
      line.append(style.unicode() ? " │" : " |");
      for (int c = 0; c < field.columns(); c++) {
        String cell = cells[r][c];
        line.append(cell == null ? " ".repeat(field.bar()) : cell)
            .append(" ".repeat(field.wide() - field.bar()));
      }
      lines.add(line.toString().stripTrailing());
    }
    int width = field.columns() * field.wide();
    lines.add(
        " ".repeat(field.numbers() - 1)
            + (style.unicode() ? "0 └" + "─".repeat(width) : "0 +" + "-".repeat(width)));
    lines.add(" ".repeat(field.numbers() + 2) + ends(steps, width));
    if (series.size() > 1) {
      lines.addAll(legend(series, field.numbers() + 2, bars, style));
    }
    return lines;
  }

  /// The number at a row, where a round one is reached there.
  private static String number(Field field, int row) {
    for (double tick : field.scale().ticks()) {
      if (tick > 0 && Math.round(field.height(tick)) - 1 == row) {
        String digits = Scale.digits(tick);
        return " ".repeat(field.numbers() - digits.length()) + digits;
      }
    }
    return " ".repeat(field.numbers());
  }

  /// The first step at the left, the last one at the right where both have room.
  private static String ends(List<String> steps, int width) {
    String first = shown(steps.getFirst());
    String last = shown(steps.getLast());
    return steps.size() == 1 || first.length() + last.length() + 2 > width
        ? first
        : first + " ".repeat(width - first.length() - last.length()) + last;
  }

  private static List<String> legend(
      List<Series> series, int indent, boolean bars, TerminalStyle style) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    int wide = 0;
    for (int s = 0; s < series.size(); s++) {
      String marks =
          bars ? style.unicode() ? FILLS : ASCII_FILLS : style.unicode() ? POINTS : ASCII_POINTS;
      String name = shown(series.get(s).name());
      if (wide > 0 && indent + wide + 4 + name.length() > style.columns()) {
        lines.add(" ".repeat(indent) + line);
        line.setLength(0);
        wide = 0;
      }
      line.append(wide > 0 ? "  " : "")
          .append(coloured(String.valueOf(marks.charAt(s)), series.get(s).tone(), style))
          .append(' ')
          .append(name);
      wide += name.length() + 4;
    }
    lines.add(" ".repeat(indent) + line);
    return lines;
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }

  static String coloured(String text, Tone tone, TerminalStyle style) {
    if (!style.colours()) {
      return text;
    }
    String colour =
        switch (tone) {
          case GOOD -> "32";
          case WARNING -> "33";
          case BAD -> "31";
          case NEUTRAL -> "34";
        };
    return "\u001b[" + colour + "m" + text + "\u001b[0m";
  }
}
