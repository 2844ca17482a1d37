package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;

/// Where the value of a setting comes from.
public sealed interface Origin {
  /// The row of the setting.
  record BuiltIn() implements Origin {}

  /// A file.
  ///
  /// @param line from 1; 0 where it is not known
  record InFile(Path file, int line) implements Origin {}

  /// What the machine says of itself.
  record Machine() implements Origin {}

  /// An environment variable.
  record Environment(String variable) implements Origin {}

  /// For people: `conf/mail.conf, line 12`.
  default Text text() {
    return switch (this) {
      case BuiltIn() -> SAY.byDefault();
      case InFile(Path file, int line) -> line > 0 ? SAY.line(file, line) : SAY.file(file);
      case Machine() -> SAY.machine();
      case Environment(String variable) -> SAY.variable(variable);
    };
  }

  /// @param file the file that was asked for, where the origin names none
  static Origin of(ConfigOrigin origin, Path file) {
    @Nullable String name = origin.filename();
    return new InFile(
        name == null ? file : relativeTo(file, name), Math.max(0, origin.lineNumber()));
  }

  private static Path relativeTo(Path file, String name) {
    Path named = Path.of(name);
    return named.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())
        ? file
        : named;
  }
}
