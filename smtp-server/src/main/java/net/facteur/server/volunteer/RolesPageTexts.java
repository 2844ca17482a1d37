package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the page about roles says.
interface RolesPageTexts {
  RolesPageTexts SAY = Texts.of(RolesPageTexts.class);

  Text rolesTitle();

  Text rolesAre();

  Text rolesNone();

  Text rolesVacant();

  Text rolesHeld(String holders);

  Text rolesCopied(String holders);

  Text rolesHolder();

  Text rolesFrom();

  Text rolesUntil();

  Text rolesTo();

  Text rolesHandOver();

  Text rolesJoin();

  Text rolesWrong();

  Text rolesOvertaken();

  Text rolesHeldAlready();
}
