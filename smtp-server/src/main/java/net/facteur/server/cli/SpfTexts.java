package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur spf` and `facteur srs` say.
interface SpfTexts {
  SpfTexts SAY = Texts.of(SpfTexts.class);

  // Reading a record aloud

  Text spfLookUps(int lookups, int most);

  Text spfNotRight();

  Text spfTooMany(int lookups);

  Text spfCircle(DomainName domain);

  Text spfTooManyRecords(int most);

  Text spfNoAnswer(DomainName domain);

  Text spfNone(DomainName domain);

  Text spfNoneOpen(DomainName domain);

  Text spfSeveral(DomainName domain, int records);

  Text spfSays(DomainName domain, String record);

  Text spfBroken(DomainName domain, int at, String expected);

  Text spfTerm(String term, Text who, Text verdict);

  Text spfTermUnreached(String term, Text who);

  Text spfExplanation(String term);

  Text spfUnknown(String term);

  Text spfEnd();

  Text spfRedirectUnused(String term);

  Text spfRedirect(String term);

  Text spfDepends();

  Text spfNoDomain(String text);

  Text spfEveryone();

  Text spfInclude(String domain);

  Text spfAddresses(String domain);

  Text spfAddressesNear(String domain, int ip4, int ip6);

  Text spfExchangers(String domain);

  Text spfExchangersNear(String domain, int ip4, int ip6);

  Text spfPtr(String domain);

  Text spfAddress(String address);

  Text spfNetwork(String network, int prefix);

  Text spfExists(String name);

  Text spfNotByThis();

  Text spfMay();

  Text spfMayNot();

  Text spfProbablyNot();

  Text spfNothingSaid();

  // Rewriting a reverse-path

  Text srsNoSecrets(Path file);

  Text srsNameSecrets();

  Text srsStays(Object reason);

  Text srsNoAddress(String text);

  Text srsTypeSender();

  Text srsNotOurs(String domain);

  Text srsNameOurs();

  Text srsReport();

  Text srsOurs(String domain);

  Text srsTypeRewritten();

  Text srsOtherDomain(String domain);

  Text srsSeeDomain();

  Text srsNowhere(String address, Object why);

  Text srsNoneOfOurs(String domain);

  Text srsNotMadeHere();

  Text srsBadAddress(String text);

  Text srsHopeless();

  Text srsBadHash();

  Text srsExpired();
}
