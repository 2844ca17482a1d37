package net.facteur.server.lists.answers;

import java.io.IOException;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;

/// Carries out what was answered. Each kind of question has one.
public interface Answered {
  /// True where it is for this kind.
  boolean concerns(Matter.About about);

  /// What is asked, for the page, in a few sentences.
  Text question(Matter matter);

  /// Which answers there are beside yes.
  Choice choice();

  /// Which answers there are.
  enum Choice {
    /// Yes alone: to say nothing is to say no.
    YES,
    /// Yes, no with a reason, and no without a word to anybody.
    YES_NO_DISCARD,
    /// Yes, and no.
    YES_NO
  }

  /// Settles the matter and does what follows from it.
  ///
  /// @param by who may answer
  /// @param reason for the person concerned; may be empty
  /// @return what is said to who answered
  /// @throws IOException where it cannot be written; nothing is settled then
  Text answer(Matter matter, Matter.Verdict verdict, String by, String reason) throws IOException;

  /// The same for an answerer with a token.
  default Text answer(Matter matter, Matter.Verdict verdict, MailAddress by, String reason)
      throws IOException {
    return answer(matter, verdict, by.text(), reason);
  }
}
