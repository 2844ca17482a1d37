package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What manual pages say besides the help of the commands.
interface ManTexts {
  ManTexts SAY = Texts.of(ManTexts.class);

  Text manName();

  Text manSynopsis();

  Text manDescription();

  Text manOptions();

  Text manCommands();

  Text manNotes();

  Text manExitStatus();

  Text manSeeAlso();

  Text manFiles();

  Text manEnvironment();

  Text manSettings();

  Text manData();

  Text manUnless();

  Text manNamesOne();

  Text manJava();

  Text manSelector();
}
