package net.facteur.it.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The lines of one file of a scenario, and what is wrong in them.
final class ScenarioText {
  /// One line.
  ///
  /// @param text without white space at its ends
  /// @param indented whether there was some at its beginning
  record Line(Place at, String text, boolean indented) {}

  private final List<Line> lines = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private final List<Mistake> mistakes;

  /// @param mistakes where those of this file are added
  private ScenarioText(List<Mistake> mistakes) {
    this.mistakes = mistakes;
  }

  /// Reads a file in which empty lines and those that begin with `comment` mean nothing.
  static ScenarioText read(Path file, char comment, List<Mistake> mistakes) throws IOException {
    var text = new ScenarioText(mistakes);
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String stripped = line.strip();
      if (!stripped.isEmpty() && stripped.charAt(0) != comment) {
        boolean indented = Character.isWhitespace(line.charAt(0));
        text.lines.add(new Line(new Place(file, number), stripped, indented));
      } else if (text.lines.isEmpty() && !stripped.isEmpty()) {
        text.comments.add(stripped.substring(1).strip());
      }
    }
    return text;
  }

  /// The same, and nothing where there is no such file.
  static ScenarioText readIfThere(Path file, char comment, List<Mistake> mistakes)
      throws IOException {
    try {
      return read(file, comment, mistakes);
    } catch (NoSuchFileException _) {
      return new ScenarioText(mistakes);
    }
  }

  List<Line> lines() {
    return lines;
  }

  /// The comment on top.
  String heading() {
    return String.join(" ", comments).replaceAll(" +", " ").strip();
  }

  void mistake(Line line, String expected) {
    mistake(line.at(), expected, line.text());
  }

  void mistake(Place at, String expected, String got) {
    mistakes.add(new Mistake(at, expected, got));
  }
}
