package net.facteur.it.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what is `expected`.
final class ExpectedText {
  private static final String COUNT = "(none|empty|\\d{1,4})";
  private static final Pattern MAILBOX =
      Pattern.compile("mailbox ([^\\s/:]+@[^\\s/:]+)(?:/([^:]+))?: " + COUNT);
  private static final Pattern REMOTE = Pattern.compile("remote (\\S+@\\S+): " + COUNT);
  private static final Pattern QUEUE = Pattern.compile("queue: " + COUNT);
  private static final Pattern WHY = Pattern.compile("(no )?why (\\S+): (.+)");
  private static final Pattern LOG = Pattern.compile("(no )?log: (.+)");
  private static final Pattern CHECK = Pattern.compile("(no |where )?([!-9;-~]+)(?:: (.+))?");

  private static final String HEADS =
      "`mailbox ADDRESS[/FOLDER]: NUMBER`, `remote ADDRESS: NUMBER`, `queue: empty` (or a NUMBER),"
          + " `[no] why ADDRESS: TEXT` or `[no] log: TEXT`; NUMBER may be `none`";
  private static final String CHECKS =
      "`Header-Field: VALUE`, `no Header-Field`, `no Header-Field: VALUE`, `where Header-Field:"
          + " VALUE`, `[no] body: TEXT`, `[no] text: TEXT` or `reverse-path: <ADDRESS>`";

  private ExpectedText() {}

  static List<Expectation> expectations(ScenarioText text) {
    var all = new ArrayList<Expectation>();
    for (ScenarioText.Line line : text.lines()) {
      if (!line.indented()) {
        head(text, line).ifPresent(all::add);
      } else if (all.isEmpty() || !(all.getLast() instanceof Expectation.Arrived arrived)) {
        text.mistake(line, "a line `mailbox ...` or `remote ...` above what is indented");
      } else if (arrived.count() == 0) {
        text.mistake(line, "nothing that is indented below `none`");
      } else {
        check(text, line, arrived)
            .ifPresent(check -> all.set(all.size() - 1, with(arrived, check)));
      }
    }
    return all;
  }

  /// A line that is not indented.
  static Optional<Expectation> head(ScenarioText text, ScenarioText.Line line) {
    Matcher mailbox = MAILBOX.matcher(line.text());
    if (mailbox.matches()) {
      String folder = Optional.ofNullable(mailbox.group(2)).orElse("");
      return Optional.of(
          new Expectation.Mailbox(
              line.at(), mailbox.group(1), folder, count(mailbox.group(3)), List.of()));
    }
    Matcher remote = REMOTE.matcher(line.text());
    if (remote.matches()) {
      return Optional.of(
          new Expectation.Remote(line.at(), remote.group(1), count(remote.group(2)), List.of()));
    }
    Matcher queue = QUEUE.matcher(line.text());
    if (queue.matches()) {
      return Optional.of(new Expectation.Queue(line.at(), count(queue.group(1))));
    }
    Matcher log = LOG.matcher(line.text());
    if (log.matches()) {
      return Optional.of(
          new Expectation.Log(line.at(), new Wildcard(log.group(2)), log.group(1) == null));
    }
    Matcher why = WHY.matcher(line.text());
    if (why.matches()) {
      return Optional.of(
          new Expectation.Why(
              line.at(), why.group(2), new Wildcard(why.group(3)), why.group(1) == null));
    }
    text.mistake(line, HEADS);
    return Optional.empty();
  }

  private static int count(String word) {
    return Character.isDigit(word.charAt(0)) ? Integer.parseInt(word) : 0;
  }

  private static Optional<Expectation.Check> check(
      ScenarioText text, ScenarioText.Line line, Expectation.Arrived arrived) {
    Matcher parts = CHECK.matcher(line.text());
    if (parts.matches()) {
      String way = Optional.ofNullable(parts.group(1)).orElse("").strip();
      String name = parts.group(2);
      Optional<Wildcard> value = Optional.ofNullable(parts.group(3)).map(Wildcard::new);
      Optional<Expectation.Check> check =
          value.isEmpty()
              ? absent(line, way, name)
              : value.flatMap(v -> check(line, way, name, v, arrived));
      if (check.isPresent()) {
        return check;
      }
    }
    text.mistake(line, CHECKS);
    return Optional.empty();
  }

  private static Optional<Expectation.Check> absent(
      ScenarioText.Line line, String way, String name) {
    return way.equals("no")
        ? Optional.of(new Expectation.Check.Absent(line.at(), name))
        : Optional.empty();
  }

  private static Optional<Expectation.Check> check(
      ScenarioText.Line line,
      String way,
      String name,
      Wildcard value,
      Expectation.Arrived arrived) {
    boolean wanted = way.isEmpty();
    if (way.equals("where")) {
      return Optional.of(new Expectation.Check.Where(line.at(), name, value));
    }
    return switch (name) {
      case "body" -> Optional.of(new Expectation.Check.Body(line.at(), value, wanted));
      case "text" -> Optional.of(new Expectation.Check.Anywhere(line.at(), value, wanted));
      case "reverse-path" ->
          wanted && arrived instanceof Expectation.Remote
              ? Optional.of(new Expectation.Check.ReversePath(line.at(), value))
              : Optional.empty();
      default -> Optional.of(new Expectation.Check.Field(line.at(), name, value, wanted));
    };
  }

  private static Expectation with(Expectation.Arrived arrived, Expectation.Check check) {
    var checks = new ArrayList<>(arrived.checks());
    checks.add(check);
    return switch (arrived) {
      case Expectation.Mailbox(Place at, String address, String folder, int count, var _) ->
          new Expectation.Mailbox(at, address, folder, count, checks);
      case Expectation.Remote(Place at, String address, int count, var _) ->
          new Expectation.Remote(at, address, count, checks);
    };
  }
}
