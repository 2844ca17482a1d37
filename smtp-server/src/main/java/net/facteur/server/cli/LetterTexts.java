package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur letter` says.
interface LetterTexts {
  LetterTexts SAY = Texts.of(LetterTexts.class);

  Text letterClosed();

  Text letterWanted();
}
