package net.facteur.server.config;

import java.nio.file.Path;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Somebody needs a setting that the file has, and what it says of it is wrong. Its default would
/// be a guess. The message is English, for the log; whoever knows the reader takes [#said].
public final class UnreadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Not sent anywhere, so never serialized.
  private final transient Text said;

  UnreadSettingException(Path file, String key) {
    this(ConfigTexts.SAY.leftOpen(file, key));
  }

  private UnreadSettingException(Text said) {
    super(said.in(Language.ENGLISH));
    this.said = said;
  }

  public Text said() {
    return said;
  }
}
