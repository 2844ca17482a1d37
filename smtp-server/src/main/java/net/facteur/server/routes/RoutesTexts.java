package net.facteur.server.routes;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and what the postmaster is told.
interface RoutesTexts {
  RoutesTexts SAY = Texts.of(RoutesTexts.class);

  Text pattern();

  Text patternBounds();

  Text notPattern(String text);

  Text provider();

  Text providerBounds();

  Text notProvider(String text);

  Text wayName();

  Text wayNameBounds();

  Text notWayName(String text);

  Text noRoute(String name);

  Text noSecond(String route);

  Text noFallback(String name);

  Text policySubject(String provider);

  Text policy(String provider, String said);

  Text now(String provider, String way);

  Text listed(String provider);

  Text remedy(String provider);

  Text downSubject(String provider);

  Text down(String provider, String since, String said);

  Text backSubject(String provider);

  Text back(String provider, String since, String way);

  Text letterHeading();

  Text letterPolicy(String provider, String way, String since, String said);

  Text letterDown(String provider, String way, String since, String said);

  Text letterHand(String provider, String way, String since);

  Text letterSee();
}
