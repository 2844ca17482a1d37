package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.language.Text;

/// What the checks of one look have found so far.
final class Found {
  /// More are only counted.
  private static final int NAMED = 3;

  private final Reader reader;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Mistake> cautions = new ArrayList<>();
  private final List<Mistake> kept = new ArrayList<>();
  private final Set<Path> useless = new HashSet<>();
  private final Set<Path> unseen = new LinkedHashSet<>();

  Found(Reader reader) {
    this.reader = reader;
  }

  Reader reader() {
    return reader;
  }

  void mistake(Origin where, Text what, Text remedy) {
    mistakes.add(new Mistake(where, what, remedy));
  }

  void caution(Origin where, Text what, Text remedy) {
    cautions.add(new Mistake(where, what, remedy));
  }

  void cautions(List<Mistake> more) {
    cautions.addAll(more);
  }

  /// What does not take the place of what was there before.
  void kept(Origin where, Text what, Text remedy) {
    kept.add(new Mistake(where, what, remedy));
  }

  /// Says that a mistake about `path` stands for whatever is wrong in it.
  void useless(Path path) {
    useless.add(path);
  }

  /// True where `path` can be looked at, and nothing was found wrong with it yet. What whoever asks
  /// may not see is told once, in the end.
  boolean usable(Path path) {
    if (useless.stream().anyMatch(path::startsWith)) {
      return false;
    }
    boolean shown = reader.shows(path);
    if (!shown) {
      unseen.add(path);
    }
    return shown;
  }

  /// @param data the directory of the data
  Findings findings(Path data) {
    if (reader.view() instanceof Reader.View.Guest(String asking) && !unseen.isEmpty()) {
      mistake(
          new Origin.InFile(data, 0),
          SAY.unseen(asking, names(unseen), reader.name()),
          ConfigTexts.SAY.type("sudo -u " + reader.name() + " facteur check"));
    }
    return new Findings(mistakes, cautions, kept);
  }

  /// Some paths in words.
  static Text names(Set<Path> paths) {
    // what lies in a directory that is named already says no more
    List<Path> highest =
        paths.stream()
            .filter(path -> paths.stream().noneMatch(up -> !up.equals(path) && path.startsWith(up)))
            .toList();
    String named =
        highest.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", "));
    return highest.size() <= NAMED
        ? SAY.paths(named)
        : SAY.pathsAndMore(named, highest.size() - NAMED);
  }

  /// The next directory above that exists.
  static Path above(Path missing) {
    for (Path up = missing.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up)) {
        return up;
      }
    }
    return missing;
  }
}
