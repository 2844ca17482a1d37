package net.facteur.server.letter;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import net.facteur.server.language.Text;

/// Has something to say in the letter. Blocks.
@FunctionalInterface
public interface LetterPart {
  /// What there is to say about a time.
  ///
  /// @param from inclusive
  /// @param to exclusive; now
  /// @throws IOException where it cannot be found out now: the letter goes without, and says so
  Said tell(Instant from, Instant to) throws IOException;

  /// What a part says.
  sealed interface Said {
    /// There is nothing to say.
    record Nothing() implements Said {}

    /// All is well; numbers for whoever likes them.
    ///
    /// @param line one short sentence
    record Calm(Text line) implements Said {}

    /// Somebody should read this.
    ///
    /// @param heading in a few words
    /// @param items each a paragraph
    record News(Text heading, List<Text> items) implements Said {
      public News {
        items = List.copyOf(items);
      }
    }
  }
}
