package net.facteur.server.filter.dnslist;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of lists in the DNS.
interface DnsListTexts {
  DnsListTexts SAY = Texts.of(DnsListTexts.class);

  Text list();

  Text listBounds();

  Text notList(String value);

  Text subject(Object day);

  Text happened();

  Text countForNothing();

  Text sound();

  Text soundIpv4();

  Text listsNothing();

  Text listsEverything();

  Text outside(String code);

  Text refused(String code);

  Text silent(String reason);
}
