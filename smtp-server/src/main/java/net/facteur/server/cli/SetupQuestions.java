package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.setup.SetupTexts;
import org.jspecify.annotations.Nullable;

/// Asks a person, each question with a suggestion; or takes what is suggested.
///
/// @param silent nobody is asked
/// @param asked how often somebody was
record SetupQuestions(Workplace workplace, BufferedReader in, boolean silent, AtomicInteger asked) {
  /// Nobody is asked more than this.
  private static final int MOST = 5;

  SetupQuestions(Workplace workplace, BufferedReader in, boolean silent) {
    this(workplace, in, silent, new AtomicInteger());
  }

  /// True where there is room for one more question, which is worth less than the others.
  boolean mayAskMore() {
    return !silent && asked.get() < MOST;
  }

  /// @param given on the command line, where it is not asked any more
  String ask(Text question, @Nullable String given, String suggested) throws IOException {
    if (given != null || silent) {
      return given == null ? suggested : given;
    }
    return typed(question, suggested).orElse(suggested);
  }

  /// One of a few words; the first is suggested.
  String choose(Text question, @Nullable String given, String... words) throws IOException {
    List<String> allowed = List.of(words);
    String answer = ask(question, given, words[0]);
    if (!allowed.contains(answer)) {
      throw CommandFailedException.notUnderstood(
          say(SetupTexts.SAY.oneOf(answer, String.join(", ", allowed))), "");
    }
    return answer;
  }

  /// True where the person types yes.
  boolean agrees(Text question) throws IOException {
    List<String> yes = List.of(say(SetupTexts.SAY.yesWords()).split(" "));
    return typed(question, say(SetupTexts.SAY.no()))
        .filter(answer -> yes.contains(answer.toLowerCase(java.util.Locale.ROOT)))
        .isPresent();
  }

  private Optional<String> typed(Text question, String suggested) throws IOException {
    asked.incrementAndGet();
    workplace.err().print(say(question) + " [" + suggested + "]: ");
    workplace.err().flush();
    return Optional.ofNullable(in.readLine()).map(String::strip).filter(line -> !line.isEmpty());
  }

  private String say(Text text) {
    Language language = workplace.language();
    return text.in(language);
  }
}
