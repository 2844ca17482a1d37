package net.facteur.server.keys;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What becomes of the wishes that people have for keys.
interface KeyCommandsTexts {
  KeyCommandsTexts SAY = Texts.of(KeyCommandsTexts.class);

  Text wishImpossible(String why);

  Text wishSeeList();

  Text wishOnItsWay(String selector, String state);

  Text wishGiveUp(DomainName domain, String selector);

  Text wishTriedOut(String selector);

  Text wishAskAgain();

  Text wishMade(String selector);

  Text wishMadeUntil(String selector, String active);

  Text wishKnown(String selector);

  Text wishNoFile(KeyName name);

  Text wishImport(DomainName domain, String selector);

  Text wishAdopted(String selector);

  Text wishLacks(String selector, Text types, String active, DomainName domain);

  Text wishBothTypes(String one, String other);

  Text wishImportOther(DomainName domain, String selector);

  Text wishMakeNext(DomainName domain);

  Text wishNotVisible(String selector, String state);

  Text wishOnlyVisible(DomainName domain);

  Text wishNotEverywhere(String selector);

  Text wishSeeWhich(DomainName domain, String selector);

  Text wishSigns(String selector);

  Text wishSignsFor(String selector, String before);

  Text wishPinnedSigns(String selector, DomainName domain);

  Text wishActiveSigns(String selector, DomainName domain);

  Text wishRotateFirst(DomainName domain);

  Text wishIfStolen(DomainName domain, String selector);

  Text wishAlready(String selector, String state);

  Text wishEmptied(String selector);

  Text wishEmptiedImported(String selector);

  Text wishEmptiedUnused(String selector);

  Text wishSignsNothing(String selector, String state);

  Text wishRevoke(DomainName domain, String selector);

  Text wishNoOther();

  Text wishMakeOne(DomainName domain);

  Text wishCompromisedAlready(String selector);

  Text wishTakesOver(String spare, String selector);

  Text wishSpareLater(String spare, String selector);

  Text wishNoSpare(String selector);

  Text wishNotRevoked(String selector, String state);

  Text wishOnlyRevoked();

  Text wishRevealed(String selector);

  Text wishNotPublic(Object why);

  Text wishPinned(DomainName domain, String selector);

  Text wishUnpin(DomainName domain, String selector);

  Text wishUnpinSettings(DomainName domain);

  Text wishPinnedElsewhere(String selector, DomainName domain);

  Text wishUntended(String selector);

  Text wishHandOver(DomainName domain, String selector);

  Text wishNoSelector(String selector, DomainName domain);

  Text wishSeeThere(DomainName domain);
}
