package net.facteur.auth.dnslist;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// Which codes of a list count, written as in other mail servers:
///
/// ```
/// selection = octet "." octet "." octet "." octet
/// octet     = number / "[" range *(";" range) "]"
/// range     = number [".." number]
/// ```
///
/// such as `127.0.0.[2..11]`. The first octet is 127.
///
/// @param octets four, each with its ranges in the order written
public record CodeSelection(List<List<Range>> octets) {
  /// Every code.
  public static final CodeSelection ALL =
      new CodeSelection(
          List.of(
              List.of(new Range(127, 127)),
              List.of(new Range(0, 255)),
              List.of(new Range(0, 255)),
              List.of(new Range(0, 255))));

  private static final int MAX_RANGES = 32;

  /// Numbers from 0 to 255.
  ///
  /// @param least the first
  /// @param most the last
  public record Range(int least, int most) {
    boolean contains(int octet) {
      return least <= octet && octet <= most;
    }

    boolean single() {
      return least == most;
    }

    @Override
    public String toString() {
      return single() ? String.valueOf(least) : least + ".." + most;
    }
  }

  public CodeSelection {
    octets = octets.stream().map(List::copyOf).toList();
    if (octets.size() != 4) {
      throw new IllegalArgumentException("four octets, not " + octets.size());
    }
  }

  /// Reads a selection.
  public static Parsed<CodeSelection> parse(String text) {
    var in = new Scanner(text);
    var octets = new ArrayList<List<Range>>();
    for (int i = 0; i < 4; i++) {
      if (i > 0 && !in.take('.')) {
        return in.expected("a dot");
      }
      var ranges = new ArrayList<Range>();
      boolean several = in.take('[');
      do {
        Optional<Range> range = range(in, several);
        if (range.isEmpty() || ranges.size() == MAX_RANGES) {
          return in.expected("a number from 0 to 255, or [2..11;14]");
        }
        ranges.add(range.get());
      } while (several && in.take(';'));
      if (several && !in.take(']')) {
        return in.expected("; or ]");
      }
      octets.add(ranges);
    }
    if (!in.atEnd()) {
      return in.expected("the end");
    }
    return octets.getFirst().equals(List.of(new Range(127, 127)))
        ? Parsed.ok(new CodeSelection(octets))
        : Parsed.malformed(0, "127");
  }

  private static Optional<Range> range(Scanner in, boolean several) {
    Optional<Integer> least = octet(in);
    if (least.isEmpty() || !several || !in.take("..")) {
      return least.map(n -> new Range(n, n));
    }
    int from = least.get();
    return octet(in).filter(most -> most >= from).map(most -> new Range(from, most));
  }

  private static Optional<Integer> octet(Scanner in) {
    return in.number(3, 255).toOptional().map(Long::intValue);
  }

  /// True for a code that counts.
  public boolean contains(InetAddress code) {
    byte[] value = code.getAddress();
    return value.length == 4
        && IntStream.range(0, 4)
            .allMatch(
                i -> octets.get(i).stream().anyMatch(range -> range.contains(value[i] & 0xff)));
  }

  @Override
  public String toString() {
    return octets.stream()
        .map(
            ranges ->
                ranges.size() == 1 && ranges.getFirst().single()
                    ? ranges.getFirst().toString()
                    : ranges.stream()
                        .map(Range::toString)
                        .collect(Collectors.joining(";", "[", "]")))
        .collect(Collectors.joining("."));
  }
}
