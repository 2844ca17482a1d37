package net.facteur.server.doctor;

import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.language.Text;

/// What one check came to.
///
/// @param check its name, such as `spf`
/// @param subject what was looked at: a domain, a host, a file
/// @param level how bad it is
/// @param meaning what it is, and what follows from it
/// @param paste lines to put into the DNS or to type; none where nothing is to be done
public record Finding(String check, Text subject, Level level, Text meaning, List<Text> paste) {
  public Finding {
    paste = List.copyOf(paste);
  }

  /// How bad it is.
  public enum Level {
    /// All is well.
    OK,
    /// It works, and could be better, or nobody knows.
    WARNING,
    /// Mail is lost, refused or open to forgery.
    ERROR
  }

  /// What is well.
  public static Finding ok(String check, String subject, Text meaning) {
    return new Finding(check, Text.of(subject), Level.OK, meaning, List.of());
  }

  static Finding warning(String check, String subject, Text meaning, String... paste) {
    return new Finding(check, Text.of(subject), Level.WARNING, meaning, lines(paste));
  }

  static Finding error(String check, String subject, Text meaning, String... paste) {
    return new Finding(check, Text.of(subject), Level.ERROR, meaning, lines(paste));
  }

  private static List<Text> lines(String... paste) {
    return Stream.of(paste).map(Text::of).toList();
  }
}
