package net.facteur.server.plot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What lasts, and for how long: a lane for each thing, with its spans one after the other, past
/// and coming, around the present.
///
/// @param from where the drawing begins
/// @param to where it ends; after `from`
/// @param now the present, which is marked
/// @param lanes from the top down; at most [#MOST_LANES]
public record TimeLine(Caption caption, Instant from, Instant to, Instant now, List<Lane> lanes)
    implements Plot {
  public static final int MOST_LANES = 40;
  public static final int MOST_SPANS = 40;

  /// One thing.
  ///
  /// @param name what it is called
  /// @param spans at most [#MOST_SPANS], in order
  public record Lane(String name, List<Span> spans) {
    public Lane {
      spans = List.copyOf(spans);
      if (spans.size() > MOST_SPANS) {
        throw new IllegalArgumentException(spans.size() + " spans of " + name);
      }
    }
  }

  /// A part of a life.
  ///
  /// @param to not before `from`
  /// @param words what it is, with its dates
  /// @param planned it is still to come, and may come otherwise
  public record Span(Instant from, Instant to, Tone tone, String words, boolean planned) {
    public Span {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException(words + " ends before it begins");
      }
    }
  }

  public TimeLine {
    lanes = List.copyOf(lanes);
    if (!to.isAfter(from) || lanes.isEmpty() || lanes.size() > MOST_LANES) {
      throw new IllegalArgumentException(lanes.size() + " lanes from " + from + " to " + to);
    }
  }

  /// Where a time stands, from 0 at the beginning to 1 at the end; times beyond stand at the edge.
  double place(Instant at) {
    return Math.clamp(
        (double) Duration.between(from, at).toMillis() / Duration.between(from, to).toMillis(),
        0,
        1);
  }

  /// True where some of a span is to be seen.
  boolean shows(Span span) {
    return span.from().isBefore(to) && span.to().isAfter(from);
  }
}
