package net.facteur.server.keys;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What name servers say of selectors that stand in the settings.
interface PinnedTexts {
  PinnedTexts SAY = Texts.of(PinnedTexts.class);

  Text pinnedMissing(String selector, DomainName domain, String found);

  Text publish();

  Text orUnpin(String key);

  Text noAnswerInTime();

  Text interrupted();
}
