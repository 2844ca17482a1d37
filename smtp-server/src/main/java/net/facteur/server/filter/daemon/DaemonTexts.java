package net.facteur.server.filter.daemon;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of daemons.
public interface DaemonTexts {
  DaemonTexts SAY = Texts.of(DaemonTexts.class);

  // How an address is written

  Text typeAddress();

  Text boundsAddress();

  Text notAddress(String text);

  // To the postmaster

  Text downSubject(String name);

  Text down(String name, String address, String day, String why);

  Text downTaken(String setting);

  Text downDeferred(String setting);

  Text downRemedy(String command);

  Text backSubject(String name);

  Text back(String name, String day);

  // Where settings are checked

  Text unreachable(String name, String address, String why);

  Text unreachableRemedy(String command, String setting);
}
