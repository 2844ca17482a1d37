package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the commands about routes say.
interface RouteTexts {
  RouteTexts SAY = Texts.of(RouteTexts.class);

  Text routeColumns();

  Text routeUsual();

  Text routeForNothing();

  Text routeTo(String patterns);

  Text routeAt(String providers);

  Text routeOf(String patterns);

  Text routeByExchangers(int port, String sources);

  Text routeBySystemAddress();

  Text routeByHost(String host, String tls);

  Text routeByHostAs(String host, String user, String tls);

  Text routeByLmtp(String server);

  Text routeAllOpen();

  Text routeUnseen();

  Text routeAway(String provider, String route, String way, String since);

  Text routeAwayPolicy(String said);

  Text routeAwayDown(String said);

  Text routeAwayHand();

  Text routeAwayProbe(String time);

  Text routeTroubled(String provider, String route, String since, String said);

  Text routeNoAddress(String text);

  Text routeLocal();

  Text routeLmtp(String server);

  Text routeDiscarded();

  Text routeList(String list);

  Text routeNobody();

  Text routeRests();

  Text routeBadDomain();

  Text routeMisconfigured(Text why);

  Text routeUncertain();

  Text routeVia(String address);

  Text routeRelayDomain(String domain, Text where);

  Text routeRelayHost(String host);

  Text routeRule(String name, Text where);

  Text routeDefault(String name, Text where);

  Text routeLeaves(Text how);

  Text routeProvider(String provider, String exchangers);

  Text routeProviderUnknown(String why);

  Text routeHost(String host, String tls, String why);

  Text routeSecond(String way, Text how);

  Text routeNoSecond();

  Text routeNow(String way);

  Text routeUsersUnread(String file);

  Text routeOneOf();

  Text routeNameIt();

  Text routeDone(String provider, String way);

  Text routeEnded(String provider);

  Text routeLater();

  Text routeClosed();

  Text routeMisnamed(String name);

  Text routeTypeName();
}
