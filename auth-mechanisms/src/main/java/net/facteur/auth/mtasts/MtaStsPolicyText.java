package net.facteur.auth.mtasts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// A policy as it is served.
///
/// @param mx the hosts that mail may go to; empty only for [Mode#NONE]
/// @param maxAge how long it holds from its fetch, 0 s to [#LONGEST]
/// @param lines every line as served, without line ends, for reports
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.2 RFC 8461, section 3.2: MTA-STS Policies
public record MtaStsPolicyText(Mode mode, List<MxPattern> mx, Duration maxAge, List<String> lines) {
  /// Most characters of a policy: the 64 kilobytes that RFC 8461, section 3.3 suggests.
  public static final int MAX_CHARS = 65_536;

  /// The longest `max_age`; larger ones count as this.
  public static final Duration LONGEST = Duration.ofHours(8_766); // 31557600 s

  public MtaStsPolicyText {
    mx = List.copyOf(mx);
    lines = List.copyOf(lines);
  }

  /// A policy of our own.
  public MtaStsPolicyText(Mode mode, List<MxPattern> mx, Duration maxAge) {
    this(mode, mx, maxAge, linesOf(mode, mx, maxAge));
  }

  /// What happens to mail where a host does not hold to the policy.
  public enum Mode {
    /// It does not go there.
    ENFORCE,
    /// It goes there, and the failure is reported.
    TESTING,
    /// As if there was no policy.
    NONE;

    /// As it stands in a policy.
    public String word() {
      return switch (this) {
        case ENFORCE -> "enforce";
        case TESTING -> "testing";
        case NONE -> "none";
      };
    }
  }

  /// True where mail may go to `host`.
  ///
  /// @param host the name in the MX record
  public boolean allows(DomainName host) {
    return mx.stream().anyMatch(pattern -> pattern.matches(host));
  }

  /// Reads a policy.
  ///
  /// Fields that are not known are passed over, as are empty lines, which the grammar does not have
  /// but policies do. Of a field that stands twice the first counts, `mx` excepted.
  public static Parsed<MtaStsPolicyText> parse(String text) {
    if (text.length() > MAX_CHARS) {
      return Parsed.malformed(MAX_CHARS, "a policy of at most 65,536 characters");
    }
    var lines = new ArrayList<String>();
    var mx = new ArrayList<MxPattern>();
    var fields = new HashMap<String, Value>();
    for (int start = 0; start < text.length(); ) {
      int lf = text.indexOf('\n', start);
      int end = lf < 0 ? text.length() : lf;
      int stop = end > start && lf >= 0 && text.charAt(end - 1) == '\r' ? end - 1 : end;
      switch (line(new Scanner(text, start, stop), fields, mx)) {
        case Parsed.Malformed<Boolean> m -> {
          return m.as();
        }
        case Parsed.Ok<Boolean>(Boolean field) -> {
          if (field) {
            lines.add(text.substring(start, stop));
          }
        }
      }
      start = end + 1;
    }
    return whole(fields, mx, lines, text.length());
  }

  private record Value(String text, int offset) {}

  /// @return false for an empty line
  private static Parsed<Boolean> line(Scanner in, Map<String, Value> fields, List<MxPattern> mx) {
    int start = in.offset();
    in.skipWsp();
    if (in.atEnd()) {
      return Parsed.ok(false);
    }
    in.seek(start);
    if (!Ascii.isAlnum(in.peek())) {
      return in.expected("a field name");
    }
    String name = in.takeWhile(c -> Ascii.isAlnum(c) || c == '_' || c == '-' || c == '.');
    if (name.length() > 32) {
      return Parsed.malformed(start + 32, "a field name of at most 32 characters");
    }
    if (!in.take(':')) {
      return in.expected("\":\"");
    }
    in.skipWsp();
    int offset = in.offset();
    int end = offset;
    while (!in.atEnd()) {
      int c = in.next();
      if (Ascii.isControl(c) && c != '\t') {
        return Parsed.malformed(in.offset() - 1, "a printable character");
      }
      end = Ascii.isWsp(c) ? end : in.offset();
    }
    if (end == offset) {
      return Parsed.malformed(offset, "a value");
    }
    var value = new Value(in.text(offset, end), offset);
    if (!name.equals("mx")) {
      fields.putIfAbsent(name, value);
      return Parsed.ok(true);
    }
    return switch (MxPattern.parse(value.text())) {
      case Parsed.Malformed<MxPattern>(int at, String expected) ->
          Parsed.malformed(offset + at, expected);
      case Parsed.Ok<MxPattern>(MxPattern pattern) -> {
        mx.add(pattern);
        yield Parsed.ok(true);
      }
    };
  }

  private static Parsed<MtaStsPolicyText> whole(
      Map<String, Value> fields, List<MxPattern> mx, List<String> lines, int end) {
    Value version = fields.getOrDefault("version", new Value("", end));
    if (!version.text().equals("STSv1")) {
      return Parsed.malformed(version.offset(), "version: STSv1");
    }
    Value word = fields.getOrDefault("mode", new Value("", end));
    for (Mode mode : Mode.values()) {
      if (mode.word().equals(word.text())) {
        if (mx.isEmpty() && mode != Mode.NONE) {
          return Parsed.malformed(end, "at least one mx");
        }
        return maxAge(fields.getOrDefault("max_age", new Value("", end)))
            .map(age -> new MtaStsPolicyText(mode, mx, age, lines));
      }
    }
    return Parsed.malformed(word.offset(), "mode: enforce, testing or none");
  }

  private static Parsed<Duration> maxAge(Value value) {
    var in = new Scanner(value.text());
    return switch (in.number(10, 9_999_999_999L)) {
      case Parsed.Malformed<Long> m -> Parsed.malformed(value.offset() + m.offset(), "max_age");
      case Parsed.Ok<Long>(Long seconds) ->
          in.atEnd()
              ? Parsed.ok(Duration.ofSeconds(Math.min(seconds, LONGEST.toSeconds())))
              : Parsed.malformed(value.offset() + in.offset(), "a digit");
    };
  }

  private static List<String> linesOf(Mode mode, List<MxPattern> mx, Duration maxAge) {
    var lines = new ArrayList<String>();
    lines.add("version: STSv1");
    lines.add("mode: " + mode.word());
    mx.forEach(pattern -> lines.add("mx: " + pattern));
    lines.add("max_age: " + maxAge.toSeconds());
    return lines;
  }

  /// The policy as it is served, each line ended by CRLF.
  public String print() {
    var out = new StringBuilder();
    lines.forEach(line -> out.append(line).append("\r\n"));
    return out.toString();
  }
}
