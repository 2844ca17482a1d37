package net.facteur.server.accounts.hash;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why a hash of another program is not taken.
interface HashTexts {
  HashTexts SAY = Texts.of(HashTexts.class);

  Text emptyPassword();

  Text lockedPassword();

  Text unknownScheme(String scheme);

  Text tooCostly(String scheme, String cost, String most);

  Text malformedHash(String scheme, String expected);
}
