package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur dnslist` says.
interface DnsListTestTexts {
  DnsListTestTexts SAY = Texts.of(DnsListTestTexts.class);

  Text dnsListColumns();

  Text dnsListNoSubject(String typed);

  Text dnsListTypeSubject();

  Text dnsListNone();

  Text dnsListNoneOfKind();

  Text dnsListNameOne();

  Text dnsListListed(String codes);

  Text dnsListListedUncounted(String codes);

  Text dnsListNotListed();

  Text dnsListNotCounted();

  Text dnsListUnusable(String answer);

  Text dnsListSays(String text);

  Text dnsListSum(int sum, int threshold);
}
