package net.facteur.server.explanations;

import static net.facteur.server.explanations.ExplanationsTexts.SAY;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// The form of a table of explanations.
///
/// ```
/// [gmail-unauthenticated]
/// provider: google
/// code: 550 5.7.26
/// text: sender is unauthenticated
/// cause: unauthenticated
/// title.en: Neither SPF nor DKIM passed
/// why.en: Gmail takes mail only from senders that it can prove.
/// do.en: Type `facteur doctor DOMAIN`, and publish what it prints.
/// url: https://support.google.com/mail/answer/81126
/// sample: 550 5.7.26 This mail has been blocked because the sender is unauthenticated.
/// ```
///
/// `provider`, `code`, `text` and `sample` may stand several times; one of them has to fit. A line
/// that begins with a space goes on with the line before. `#` begins a line that nobody reads.
public final class ExplanationsFile {
  /// The largest file, in octets.
  public static final int MOST_OCTETS = 1 << 20;

  private static final int MOST_ENTRIES = 2_000;
  private static final int MOST_VALUES = 50;
  private static final int MOST_CHARACTERS = 2_000;
  private static final Set<String> KEYS =
      Set.of("provider", "code", "text", "cause", "about", "url", "sample");
  private static final Set<String> WORDS = Set.of("title", "why", "do");

  private final List<Explanation> entries = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private Optional<Block> block = Optional.empty();
  private Optional<Value> last = Optional.empty();

  /// What was read.
  ///
  /// @param entries those that are whole
  /// @param problems what is wrong with the others
  public record Read(List<Explanation> entries, List<Problem> problems) {
    public Read {
      entries = List.copyOf(entries);
      problems = List.copyOf(problems);
    }
  }

  /// @param line counted from 1
  public record Problem(int line, Text text) {}

  /// A value, which further lines may go on with.
  private static final class Value {
    private final int line;
    private String text;

    private Value(int line, String text) {
      this.line = line;
      this.text = text;
    }
  }

  /// An entry while it is read.
  private record Block(String id, int line, Map<String, List<Value>> values) {
    List<Value> all(String key) {
      return values.getOrDefault(key, List.of());
    }

    Optional<Value> one(String key) {
      return all(key).stream().findFirst();
    }
  }

  private ExplanationsFile() {}

  /// Reads a table. Nothing in it makes it throw.
  public static Read parse(String text) {
    var file = new ExplanationsFile();
    int number = 0;
    for (String line : text.lines().toList()) {
      file.line(++number, line);
    }
    file.end();
    return new Read(file.entries, file.problems);
  }

  private void line(int number, String line) {
    if (line.isBlank() || line.startsWith("#")) {
      last = Optional.empty();
    } else if (line.startsWith(" ") || line.startsWith("\t")) {
      last.ifPresentOrElse(
          value -> value.text = value.text + " " + line.strip(),
          () -> problem(number, SAY.noKey()));
    } else if (line.startsWith("[")) {
      begin(number, line.strip());
    } else {
      value(number, line);
    }
  }

  private void problem(int line, Text text) {
    problems.add(new Problem(line, text));
  }

  private void begin(int number, String line) {
    end();
    last = Optional.empty();
    String id = line.endsWith("]") ? line.substring(1, line.length() - 1) : "";
    if (!id.matches("[a-z0-9][a-z0-9-]{0,63}")) {
      problem(number, SAY.badName());
    } else if (!ids.add(id)) {
      problem(number, SAY.twice(id));
    } else if (entries.size() >= MOST_ENTRIES) {
      problem(number, SAY.tooMany(MOST_ENTRIES));
    } else {
      block = Optional.of(new Block(id, number, new LinkedHashMap<>()));
    }
  }

  private void value(int number, String line) {
    int colon = line.indexOf(':');
    String key = colon < 0 ? "" : Ascii.lower(line.substring(0, colon).strip());
    last = Optional.empty();
    if (colon < 0) {
      problem(number, SAY.noKey());
    } else if (!isKey(key)) {
      problem(number, SAY.unknownKey(key));
    } else if (block.isEmpty()) {
      problem(number, SAY.outsideEntry());
    } else {
      List<Value> values = block.get().values().computeIfAbsent(key, _ -> new ArrayList<>());
      if (values.size() >= MOST_VALUES) {
        problem(number, SAY.tooMany(MOST_VALUES));
        return;
      }
      var value = new Value(number, line.substring(colon + 1).strip());
      values.add(value);
      last = Optional.of(value);
    }
  }

  private static boolean isKey(String key) {
    int dot = key.indexOf('.');
    return KEYS.contains(key)
        || (dot > 0
            && WORDS.contains(key.substring(0, dot))
            && Language.of(key.substring(dot + 1)).isPresent());
  }

  /// Ends the entry that is being read.
  private void end() {
    block.ifPresent(this::finish);
    block = Optional.empty();
  }

  private void finish(Block its) {
    int before = problems.size();
    for (List<Value> values : its.values().values()) {
      for (Value value : values) {
        if (value.text.length() > MOST_CHARACTERS) {
          problem(value.line, SAY.tooLong(MOST_CHARACTERS));
        }
      }
    }
    var codes = new ArrayList<CodePattern>();
    for (Value value : its.all("code")) {
      switch (CodePattern.parse(value.text)) {
        case Parsed.Ok<CodePattern>(CodePattern code) -> codes.add(code);
        case Parsed.Malformed<CodePattern>(int _, String expected) ->
            problem(value.line, SAY.badCode(expected));
      }
    }
    var texts = new ArrayList<TextPattern>();
    for (Value value : its.all("text")) {
      switch (TextPattern.parse(value.text)) {
        case Parsed.Ok<TextPattern>(TextPattern text) -> texts.add(text);
        case Parsed.Malformed<TextPattern>(int _, String expected) ->
            problem(value.line, SAY.badText(expected));
      }
    }
    if (its.all("code").isEmpty() && its.all("text").isEmpty()) {
      problem(its.line(), SAY.needs("text"));
    }
    Optional<Cause> cause = choice(its, "cause", Cause.values());
    Optional<About> about = choice(its, "about", About.values());
    if (its.one("cause").isEmpty()) {
      problem(its.line(), SAY.needs("cause"));
    }
    Map<Language, Explanation.Words> words = words(its);
    Optional<String> url = its.one("url").map(value -> value.text);
    if (url.isPresent() && !url.get().matches("https?://[!-~]+")) {
      problem(its.one("url").map(value -> value.line).orElse(its.line()), SAY.badUrl());
    }
    if (problems.size() == before && cause.isPresent()) {
      entries.add(
          new Explanation(
              its.line(),
              its.id(),
              its.all("provider").stream()
                  .flatMap(value -> Stream.of(Ascii.lower(value.text).split("[ ,]+")))
                  .filter(name -> !name.isEmpty())
                  .toList(),
              codes,
              texts,
              cause.get(),
              about.orElse(cause.get().about()),
              words,
              url,
              its.all("sample").stream().map(value -> value.text).toList()));
    }
  }

  private <E extends Enum<E>> Optional<E> choice(Block its, String key, E[] known) {
    Optional<Value> value = its.one(key);
    Optional<E> chosen =
        value.flatMap(
            text -> Stream.of(known).filter(each -> word(each).equals(text.text)).findFirst());
    if (value.isPresent() && chosen.isEmpty()) {
      String words = Stream.of(known).map(ExplanationsFile::word).collect(Collectors.joining(", "));
      problem(value.get().line, key.equals("cause") ? SAY.badCause(words) : SAY.badAbout(words));
    }
    return chosen;
  }

  /// How a file writes it.
  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Map<Language, Explanation.Words> words(Block its) {
    Map<Language, Explanation.Words> words = new HashMap<>();
    int before = problems.size();
    for (Language language : Language.known()) {
      String end = "." + language;
      Optional<String> title = its.one("title" + end).map(value -> value.text);
      Optional<String> why = its.one("why" + end).map(value -> value.text);
      Optional<String> remedy = its.one("do" + end).map(value -> value.text);
      if (title.isPresent() && why.isPresent() && remedy.isPresent()) {
        words.put(language, new Explanation.Words(title.get(), why.get(), remedy.get()));
      } else if (title.isPresent() || why.isPresent() || remedy.isPresent()) {
        problem(
            its.line(),
            SAY.needs((title.isEmpty() ? "title" : why.isEmpty() ? "why" : "do") + end));
      }
    }
    if (words.isEmpty() && problems.size() == before) {
      problem(its.line(), SAY.needs("title.en"));
    }
    return words;
  }
}
