package net.facteur.server.filter.rspamd;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of rspamd.
public interface RspamdTexts {
  RspamdTexts SAY = Texts.of(RspamdTexts.class);

  // How settings are written

  Text typeId();

  Text boundsId();

  Text notId(String text);

  Text typeWhose();

  Text boundsWhose();

  Text notWhose(String text);

  // Why it did not learn

  Text silent(String why);

  Text tooShort();

  Text refused(String said);
}
