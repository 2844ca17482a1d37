package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of lessons for rspamd.
interface SpamTexts {
  SpamTexts SAY = Texts.of(SpamTexts.class);

  Text spamNoRspamd();

  Text spamSeeRspamd();

  Text spamNoAnswer(String address, String why);

  Text spamSeeController();

  Text spamRefused(Text file, String said);

  Text spamSeePassword();

  Text spamTooLarge(Text file);

  Text spamSmaller(int size);

  Text spamLearnt(String kind, Text file);

  Text spamKnown(String kind, Text file);

  Text spamTooShort(Text file);

  Text spamInput();

  Text spamVersion(String version, String address);

  Text spamScanned(long count);

  Text spamLearnedInAll(long count);
}
