package net.facteur.server.lists.answers;

import java.io.IOException;
import net.facteur.server.files.FileStamp;
import net.facteur.server.upkeep.Upkeep;

/// Looks after what waits: at its pace, and at once where a command answered.
///
/// @param posts brings the queue and the answers together
public record AnswersUpkeep(Matters matters, Work posts) implements Upkeep.Chore {
  /// What is done at each look.
  @FunctionalInterface
  public interface Work {
    void look() throws IOException;
  }

  @Override
  public String name() {
    return "answers of lists";
  }

  @Override
  public String stamp() {
    return FileStamp.of(matters.path());
  }

  @Override
  public void advance() throws IOException {
    posts.look();
    matters.tidy();
  }
}
