package net.facteur.server.signing;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why a DKIM key cannot be used, and what mends it.
interface KeyFileTexts {
  KeyFileTexts SAY = Texts.of(KeyFileTexts.class);

  Text directory(Path file);

  Text irregular(Path file);

  Text tooLong(Path file);

  Text openToOthers(Path file);

  Text noUsableKey(Path file, String expected);

  Text putOrMake(DomainName domain);

  Text brokenLink(Path file);

  Text unreadable(Text trouble);

  Text makeReadable();

  Text otherType(Path file, String type);

  Text rename(String type);

  Text tooShort(Path file, int bits);

  Text cannotBeUsedHere(Path file, String reason);

  Text makeNew(DomainName domain);

  Text noKey(String selector, DomainName domain, Path file);

  Text makeOne(String command);

  Text problem(Text what, Text remedy);
}
