package net.facteur.it.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a `dialog`.
final class DialogText {
  private static final int MAX_TIMES = 100_000;
  private static final Pattern REPEATED = Pattern.compile("repeat (\\d{1,6}) (.*)");
  private static final Pattern USED = Pattern.compile("\\{([A-Z]+)}");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");
  private static final String OTHERS = "127.0.0.3";
  private static final String STRANGER = "127.0.0.4";

  /// How a line may look, and what it then means.
  ///
  /// @param usage as a person would write it; its first word leads to this form
  private record Form(String usage, Pattern pattern, Meaning meaning) {
    Form(String usage, String pattern, Meaning meaning) {
      this(usage, Pattern.compile(pattern), meaning);
    }

    String firstWord() {
      return word(usage);
    }
  }

  /// What a line means.
  @FunctionalInterface
  private interface Meaning {
    Optional<Step> of(DialogText dialog, ScenarioText.Line line, int times, Matcher parts);
  }

  private static final List<Form> FORMS =
      List.of(
          new Form(
              "connect reception|submission [from ADDRESS] [proxied for ADDRESS] [hello NAME] [as"
                  + " NAME]",
              "connect (reception|submission)(?: from (127\\.0\\.0\\.\\d{1,3}))?(?: proxied for"
                  + " (\\d{1,3}(?:\\.\\d{1,3}){3}))?(?: hello (\\S+))?(?: as (\\S+))?",
              (d, line, _, m) -> d.connect(line, m)),
          new Form("with NAME", "with (\\S+)", (d, line, _, m) -> d.with(line, m.group(1))),
          new Form("starttls", "starttls", (_, line, _, _) -> some(new Step.Secure(line.at()))),
          new Form(
              "login USER@DOMAIN",
              "login (\\S+@\\S+)",
              (_, line, _, m) -> some(new Step.Login(line.at(), m.group(1)))),
          new Form(
              "C: LINE",
              "C:(?: (.*))?",
              (d, line, times, m) ->
                  some(new Step.Client(line.at(), times, d.used(line, text(m))))),
          new Form(
              "C= OCTETS", "C= (.+)", (d, line, times, m) -> d.octets(line, times, m.group(1))),
          new Form(
              "S: CODE AND BEGINNING",
              "S: ([\\d*].*)",
              (_, line, times, m) ->
                  some(new Step.Reply(line.at(), times, new Wildcard(m.group(1))))),
          new Form(
              "S+ TEXT",
              "S\\+ (.+)",
              (_, line, _, m) ->
                  some(new Step.ReplyLine(line.at(), new Wildcard(m.group(1)), true))),
          new Form(
              "S! TEXT",
              "S! (.+)",
              (_, line, _, m) ->
                  some(new Step.ReplyLine(line.at(), new Wildcard(m.group(1)), false))),
          new Form("closed", "closed", (_, line, _, _) -> some(new Step.Closed(line.at()))),
          new Form("hang up", "hang up", (_, line, _, _) -> some(new Step.HangUp(line.at()))),
          new Form(
              "send FILE [signed [as FILE] by SELECTOR at DOMAIN]",
              "send ([^\\s/]+)(?: signed(?: as ([^\\s/]+))? by (\\S+) at (\\S+))?",
              (d, line, _, m) -> d.send(line, m)),
          new Form(
              "send what ADDRESS got",
              "send what (\\S+@\\S+) got",
              (_, line, _, m) ->
                  some(
                      new Step.Send(
                          line.at(), new Step.Content.Received(m.group(1)), Optional.empty()))),
          new Form(
              "reload FILE",
              "reload ([^\\s/]+)",
              (d, line, _, m) ->
                  d.file(line, m.group(1)).map(file -> new Step.Reload(line.at(), file))),
          new Form(
              "$ facteur COMMAND",
              "\\$ facteur (.+)",
              (_, line, _, m) -> some(new Step.Command(line.at(), words(m.group(1))))),
          new Form(
              "> TEXT",
              "> (.+)",
              (_, line, _, m) -> some(new Step.Output(line.at(), new Wildcard(m.group(1)), true))),
          new Form(
              "!> TEXT",
              "!> (.+)",
              (_, line, _, m) -> some(new Step.Output(line.at(), new Wildcard(m.group(1)), false))),
          new Form(
              "exit CODE",
              "exit (\\d{1,3})",
              (_, line, _, m) -> some(new Step.Exit(line.at(), Integer.parseInt(m.group(1))))),
          new Form(
              "await mailbox|remote|queue|why|log, as in `expected`",
              "await (.+)",
              (d, line, _, m) -> d.await(line, m.group(1))),
          new Form(
              "remember NAME = reverse-path of ADDRESS",
              "remember ([A-Z]+) = reverse-path of (\\S+@\\S+)",
              (d, line, _, m) -> d.remember(line, m)),
          new Form(
              "folder ADDRESS/NAME",
              "folder (\\S+@[^\\s/]+)/([^\\s/]+)",
              (_, line, _, m) -> some(new Step.Folder(line.at(), m.group(1), m.group(2)))),
          new Form(
              "remote ADDRESS answers CODE TEXT",
              "remote (\\S+@\\S+|[\\d.]+) answers (\\d{3}(?: .*)?)",
              (_, line, _, m) -> some(new Step.RemoteAnswer(line.at(), m.group(1), m.group(2)))));

  private final Path directory;
  private final ScenarioText text;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> connections = new ArrayList<>();
  private final List<String> remembered = new ArrayList<>();

  private DialogText(Path directory, ScenarioText text) {
    this.directory = directory;
    this.text = text;
  }

  static List<Step> steps(Path directory, ScenarioText text) {
    var dialog = new DialogText(directory, text);
    text.lines().forEach(dialog::read);
    return dialog.steps;
  }

  private static Optional<Step> some(Step step) {
    return Optional.of(step);
  }

  /// The words of a command; one with blanks stands in double quotes.
  private static List<String> words(String command) {
    return WORD.matcher(command)
        .results()
        .map(word -> word.group(1) == null ? word.group() : word.group(1))
        .toList();
  }

  private static String text(Matcher parts) {
    String text = parts.group(1);
    return text == null ? "" : text;
  }

  private static String word(String line) {
    int end = line.indexOf(' ');
    return end < 0 ? line : line.substring(0, end);
  }

  private void read(ScenarioText.Line line) {
    String said = line.text();
    int times = 1;
    Matcher repeated = REPEATED.matcher(said);
    if (repeated.matches()) {
      times = Integer.parseInt(repeated.group(1));
      said = repeated.group(2);
      if (times < 1 || times > MAX_TIMES || !said.matches("(?s)(C:|C=|S:).*")) {
        text.mistake(line, "`repeat`, a number up to " + MAX_TIMES + ", and a line C:, C= or S:");
        return;
      }
    }
    for (Form form : FORMS) {
      Matcher parts = form.pattern().matcher(said);
      if (parts.matches()) {
        form.meaning().of(this, line, times, parts).ifPresent(step -> follow(line, step));
        return;
      }
    }
    String first = word(said);
    String usages =
        FORMS.stream()
            .filter(form -> form.firstWord().equals(first))
            .map(Form::usage)
            .collect(Collectors.joining("` or `"));
    text.mistake(
        line,
        usages.isEmpty()
            ? "a line that begins with one of: "
                + FORMS.stream().map(Form::firstWord).distinct().collect(Collectors.joining("  "))
            : "`" + usages + "`");
  }

  /// Takes a step in, if it may follow those before.
  private void follow(ScenarioText.Line line, Step step) {
    switch (step) {
      case Step.Secure _,
          Step.Login _,
          Step.Client _,
          Step.Octets _,
          Step.Reply _,
          Step.Closed _,
          Step.HangUp _,
          Step.Send _ -> {
        if (connections.isEmpty()) {
          text.mistake(line, "a line `connect ...` before this one");
          return;
        }
      }
      case Step.ReplyLine _ -> {
        if (!(last() instanceof Step.Reply || last() instanceof Step.ReplyLine)) {
          text.mistake(line, "a line `S: ...` before this one, whose reply is meant");
          return;
        }
      }
      case Step.Output _, Step.Exit _ -> {
        if (!(last() instanceof Step.Command
            || last() instanceof Step.Reload
            || last() instanceof Step.Output)) {
          text.mistake(line, "a line `$ facteur ...` or `reload FILE` before this one");
          return;
        }
      }
      case Step.Connect _,
          Step.With _,
          Step.Reload _,
          Step.Command _,
          Step.AwaitThat _,
          Step.Remember _,
          Step.Folder _,
          Step.RemoteAnswer _ -> {}
    }
    steps.add(step);
  }

  private @Nullable Step last() {
    return steps.isEmpty() ? null : steps.getLast();
  }

  private Optional<Step> connect(ScenarioText.Line line, Matcher parts) {
    var listener = Step.Listener.valueOf(parts.group(1).toUpperCase(Locale.ROOT));
    String from = Optional.ofNullable(parts.group(2)).orElse(STRANGER);
    String hello =
        Optional.ofNullable(parts.group(4))
            .orElse(from.equals(OTHERS) ? "mail.example.net" : "client.test");
    String name = Optional.ofNullable(parts.group(5)).orElse("");
    connections.add(name);
    return some(
        new Step.Connect(
            line.at(), listener, from, Optional.ofNullable(parts.group(3)), hello, name));
  }

  private Optional<Step> with(ScenarioText.Line line, String name) {
    if (!connections.contains(name)) {
      text.mistake(line, "a connection that was made by `connect ... as " + name + "`");
      return Optional.empty();
    }
    return some(new Step.With(line.at(), name));
  }

  private String used(ScenarioText.Line line, String said) {
    Matcher names = USED.matcher(said);
    while (names.find()) {
      if (!remembered.contains(names.group(1))) {
        text.mistake(line, "`remember " + names.group(1) + " = ...` before this line");
      }
    }
    return said;
  }

  private Optional<Step> octets(ScenarioText.Line line, int times, String escaped) {
    Optional<String> octets = Escapes.read(escaped);
    if (octets.isEmpty()) {
      text.mistake(line, "no other escapes than \\r \\n \\t \\\\ and \\x with two hex digits");
    }
    return octets.map(read -> new Step.Octets(line.at(), times, used(line, read)));
  }

  private Optional<Step> send(ScenarioText.Line line, Matcher parts) {
    Optional<Path> sent = file(line, parts.group(1));
    Optional<Path> signed = parts.group(2) == null ? sent : file(line, parts.group(2));
    if (sent.isEmpty() || signed.isEmpty()) {
      return Optional.empty();
    }
    return some(
        new Step.Send(
            line.at(),
            new Step.Content.File(sent.get()),
            Optional.ofNullable(parts.group(3))
                .map(selector -> new Step.Signature(signed.get(), selector, parts.group(4)))));
  }

  private Optional<Path> file(ScenarioText.Line line, String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      text.mistake(line, "a file `" + name + "` beside the dialog");
      return Optional.empty();
    }
    return Optional.of(file);
  }

  private Optional<Step> await(ScenarioText.Line line, String what) {
    return ExpectedText.head(text, new ScenarioText.Line(line.at(), what, false))
        .map(expectation -> new Step.AwaitThat(line.at(), expectation));
  }

  private Optional<Step> remember(ScenarioText.Line line, Matcher parts) {
    remembered.add(parts.group(1));
    return some(new Step.Remember(line.at(), parts.group(1), parts.group(2)));
  }
}
