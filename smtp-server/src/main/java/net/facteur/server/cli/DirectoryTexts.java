package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said around a test of the directory; its steps are told by the package of the directory.
interface DirectoryTexts {
  DirectoryTexts SAY = Texts.of(DirectoryTexts.class);

  Text noDirectory();

  Text seeDirectories();

  Text noTerminalForPassword();

  Text usePasswordStdin();

  Text passwordQuestion();
}
