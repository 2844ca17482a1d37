package net.facteur.server.checks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;

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

  void mistake(Origin where, String what, String remedy) {
    mistakes.add(new Mistake(where, what, remedy));
  }

  void caution(Origin where, String what, String remedy) {
    cautions.add(new Mistake(where, what, remedy));
  }

  void cautions(List<Mistake> more) {
    cautions.addAll(more);
  }

  /// What does not take the place of what was there before.
  void kept(Origin where, String what, String remedy) {
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
          asking
              + " may not look at "
              + names(unseen)
              + ", so that not all could be checked; "
              + reader.name()
              + " runs the server",
          "Type: sudo -u " + reader.name() + " facteur check");
    }
    return new Findings(mistakes, cautions, kept);
  }

  /// Some paths in words.
  static String names(Set<Path> paths) {
    // what lies in a directory that is named already says no more
    List<Path> highest =
        paths.stream()
            .filter(path -> paths.stream().noneMatch(up -> !up.equals(path) && path.startsWith(up)))
            .toList();
    List<String> named = highest.stream().limit(NAMED).map(Path::toString).toList();
    return highest.size() <= NAMED
        ? String.join(", ", named)
        : String.join(", ", named) + " and " + (highest.size() - NAMED) + " more";
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
