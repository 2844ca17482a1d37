package net.facteur.server.settings;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of settings that do not go together.
interface SettingsTexts {
  SettingsTexts SAY = Texts.of(SettingsTexts.class);

  Text firstRetryLonger();

  Text srsElsewhere(DomainName domain);

  Text nameSrsDomain();

  Text metricsWithoutToken();

  Text metricsWithoutCertificate();

  Text routeReserved(String name);

  Text routeOtherName();

  Text routeUnknown(String key, String name);

  Text routeNameOne();

  Text routeUserWithoutHost(String name);

  Text domainTwice(String domain);

  Text leaveInOne();

  Text strangeRecipient(String name, String domain);

  Text namesAlone(String line);

  Text noUpdateKey();

  Text publishUnset(String method, String missing);

  Text noFirstCertificate();

  Text makeSelfSigned();

  Text noChallengeKey();

  Text without(String there, String missing);

  Text collide(String one, String other, String address);

  Text collideByWildcard(String one, String other, String address, String wildcard);

  Text ownPorts();

  Text directoryWithoutBase();
}
