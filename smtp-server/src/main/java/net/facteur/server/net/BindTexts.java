package net.facteur.server.net;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why a socket could not be opened.
interface BindTexts {
  BindTexts SAY = Texts.of(BindTexts.class);

  Text inUseByAnother();

  Text inUseBy(String holder);

  Text stopIt(int port);

  Text forbiddenPort(int free);

  Text allowPort(int port);

  Text noSuchAddress();

  Text seeAddresses();

  Text noIpv6();

  Text takeAddressOut();

  Text cannotListen(String address, Text why);

  Text withRemedy(Text sentence, Text remedy);
}
