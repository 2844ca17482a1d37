package net.facteur.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Language;
import net.facteur.server.text.StrangerText;

/// Walks through a directory of the server. Links are not followed, and not taken. What is moved or
/// removed meanwhile is passed over; what cannot be read is noted.
///
/// @param leftOut notes what could not be read, and why
final class Walk {
  private static final String JOURNAL = "journal";

  /// How each database begins.
  ///
  /// @spec https://www.sqlite.org/fileformat.html#magic_header_string The Database Header
  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private final List<String> leftOut;

  Walk(List<String> leftOut) {
    this.leftOut = leftOut;
  }

  /// What is done with a file.
  @FunctionalInterface
  interface Visitor {
    /// @param relative to where the walk began
    void visit(Path file, String relative) throws IOException;

    /// What is done with a directory, before what is in it.
    default void enter(Path directory, String relative) throws IOException {}
  }

  /// @param wanted whether a file or a directory is looked at, by where it lies
  void through(Path top, Predicate<Path> wanted, Visitor visitor) throws IOException {
    for (Path each : sorted(top)) {
      step(top, each, wanted, visitor);
    }
  }

  private void step(Path top, Path each, Predicate<Path> wanted, Visitor visitor)
      throws IOException {
    if (!wanted.test(each)) {
      return;
    }
    try {
      var its = Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (its.isDirectory()) {
        visitor.enter(each, top.relativize(each).toString());
        for (Path inner : sorted(each)) {
          step(top, inner, wanted, visitor);
        }
      } else if (its.isRegularFile()) {
        visitor.visit(each, top.relativize(each).toString());
      }
    } catch (NoSuchFileException _) {
      // moved or removed at this moment
    }
  }

  /// Journals come first, so that what they tell of is there when it is taken after them; `cur` of
  /// a Maildir comes after `new`, which is the way that messages take.
  private List<Path> sorted(Path directory) {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      all.forEach(found::add);
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (IOException e) {
      note(directory, e);
      return List.of();
    } catch (DirectoryIteratorException | UncheckedIOException e) {
      note(directory, new IOException(e));
    }
    found.sort(
        Comparator.<Path, Boolean>comparing(path -> !path.endsWith(JOURNAL))
            .thenComparing(path -> path.endsWith("cur"))
            .thenComparing(Comparator.naturalOrder()));
    return found;
  }

  void note(Path path, IOException e) {
    leftOut.add(
        StrangerText.of(path + ": " + FileTrouble.text(e).in(Language.ENGLISH)).onTerminal());
  }

  /// True for a database, which is not to be read while somebody writes it.
  static boolean isDatabase(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE);
    }
  }
}
