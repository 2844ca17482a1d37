package net.facteur.server.files;

import java.io.IOException;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What a file holds cannot be used, or the file as it lies there. Its message is English, for the
/// log; whoever knows the reader takes [#said].
public class ToldException extends IOException {
  private static final long serialVersionUID = 1L;

  /// Not sent anywhere, so never serialized.
  private final transient Text said;

  /// @param said one sentence without a full stop
  public ToldException(Text said) {
    super(said.in(Language.ENGLISH));
    this.said = said;
  }

  public Text said() {
    return said;
  }
}
