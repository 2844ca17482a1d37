package net.facteur.server.plot;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.facteur.server.text.StrangerText;

/// Draws time lines as lines of characters: two for each lane, its name and its bar.
final class TerminalTimeLine {
  private static final String FILLS = "█▓";
  private static final String ASCII_FILLS = "#=";
  private static final char COMING = '░';
  private static final char ASCII_COMING = '.';

  private TerminalTimeLine() {}

  static List<String> draw(TimeLine line, TerminalStyle style) {
    var lines = new ArrayList<String>();
    lines.add(shown(line.caption().title()));
    int now = column(line.place(line.now()), style);
    for (TimeLine.Lane lane : line.lanes()) {
      lines.add(shown(lane.name()));
      lines.add(bar(line, lane, now, style));
    }
    lines.add(scale(line, style));
    return lines;
  }

  private static String bar(TimeLine line, TimeLine.Lane lane, int now, TerminalStyle style) {
    var cells = new String[style.columns()];
    int shown = 0;
    for (TimeLine.Span span : lane.spans()) {
      if (!line.shows(span)) {
        continue;
      }
      String fills = style.unicode() ? FILLS : ASCII_FILLS;
      char coming = style.unicode() ? COMING : ASCII_COMING;
      char past = span.planned() ? coming : fills.charAt(shown++ % fills.length());
      int from = column(line.place(span.from()), style);
      int to = Math.max(from, (int) Math.ceil(line.place(span.to()) * style.columns()) - 1);
      for (int i = from; i <= to; i++) {
        char fill = i > now ? coming : past;
        cells[i] = TerminalPlot.coloured(String.valueOf(fill), span.tone(), style);
      }
    }
    cells[now] = style.unicode() ? "│" : "|";
    return String.join("", Arrays.stream(cells).map(cell -> cell == null ? " " : cell).toList())
        .stripTrailing();
  }

  private static int column(double place, TerminalStyle style) {
    return Math.clamp((int) Math.floor(place * style.columns()), 0, style.columns() - 1);
  }

  /// The months, each where it begins, as far as they have room.
  private static String scale(TimeLine line, TerminalStyle style) {
    var scale = new StringBuilder();
    for (LocalDate month : Months.marks(line)) {
      int at = column(line.place(month.atStartOfDay(ZoneOffset.UTC).toInstant()), style);
      String name = Months.name(month);
      if (at + name.length() <= style.columns() && (scale.isEmpty() || at > scale.length())) {
        scale.append(" ".repeat(at - scale.length())).append(name);
      }
    }
    return scale.toString();
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }
}
