package net.facteur.server.roles;

import java.nio.file.Path;
import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of roles: what is wrong in their file, and who holds them now.
interface RolesTexts {
  RolesTexts SAY = Texts.of(RolesTexts.class);

  Text damaged();

  Text repeated(String role);

  Text noRole(String role);

  Text manyTerms(String role, int most);

  Text putOff(Path file, int line, Text why);

  Text cutOff(Path file, String command);

  Text unread(String why);

  Text gone(Path file);

  Text unreadSubject();

  Text unreadRoles();

  Text seeRoles();

  Text missingSubject();

  Text missingHolders();

  Text missingHolder(String role, String holder);

  Text missingRemedy();

  Text beginsSubject(String role, String holder);

  Text endsSubject(String role, String holder);

  Text follows(LocalDate day, String role, String holder, String other);

  Text holds(LocalDate day, String role, String holder);

  Text joins(LocalDate day, String role, String holder);

  Text ends(LocalDate day, String role, String holder);

  Text holderGets(String role);

  Text copiesTo(String other, LocalDate d);

  Text beforeGets(String role, LocalDate last);

  Text beforeGetsNothing(String role);

  Text holderGetsNothing(String role);

  Text seeHistory(String command);
}
