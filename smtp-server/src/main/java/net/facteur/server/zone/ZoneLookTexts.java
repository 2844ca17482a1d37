package net.facteur.server.zone;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of zones that cannot be looked at.
interface ZoneLookTexts {
  ZoneLookTexts SAY = Texts.of(ZoneLookTexts.class);

  Text certificateUnread(Text reason);

  Text tooManyRecords(int most);

  Text failed();
}
