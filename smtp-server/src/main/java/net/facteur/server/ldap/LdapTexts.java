package net.facteur.server.ldap;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of a directory.
interface LdapTexts {
  LdapTexts SAY = Texts.of(LdapTexts.class);

  // What is wrong with a server

  Text noConnection(String server, String detail);

  Text badCertificate(String server, String detail);

  Text noStartTls(String server, String detail);

  Text loginRefused(String server, String detail);

  Text tooSlow(String server);

  Text noBase(String server);

  Text tooMany(String server);

  Text noAccess(String server, String detail);

  Text referred(String server, String detail);

  Text serverFault(String server, String detail);

  Text resting();

  // Steps of a test

  Text answers(String server);

  Text search(String base, String filter);

  Text nothing();

  Text reference(String server);

  Text isAccount(String name, String user);

  Text further(String addresses);

  Text forwards(String addresses);

  Text quota(String amount);

  Text locked();

  Text isGroup(String name, String entry, String members);

  Text isNobody(String name);

  Text isUnclear(String name, String why);

  Text unanswered(String name);

  Text passwordRight();

  Text passwordWrong();

  Text passwordUnknown();

  // Values of the settings

  Text typeEntry();

  Text boundsEntry();

  Text notEntry(String text);

  Text typeAttribute();

  Text boundsAttribute();

  Text notAttribute(String text);

  Text typeFilter();

  Text boundsFilter(String places);

  Text filterLong(int characters);

  Text filterPlaces(String places);

  Text notFilter(String detail);

  Text typeServer();

  Text boundsServer();

  Text notServer(String text);
}
