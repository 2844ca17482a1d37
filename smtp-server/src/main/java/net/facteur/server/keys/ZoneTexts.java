package net.facteur.server.keys;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What people are told about the records of their zone.
interface ZoneTexts {
  ZoneTexts SAY = Texts.of(ZoneTexts.class);

  Text zoneHeading(DomainName domain);

  Text zoneSerial();

  Text zoneInPlaceOf(String record);

  Text zoneFillIn(String record);

  Text zoneGoes(DomainName domain);

  Text zoneGoesWhy();

  Text zoneConsent();

  Text zoneConsentWhy(String address);

  Text zoneTlsRpt();

  Text zoneTlsRptWhy();

  Text zoneCaa();

  Text zoneCaaWhy();

  Text zoneHost();

  Text zoneHostWhy(DomainName host);

  Text zoneUnanswered();

  Text zoneUnansweredWhy(String names);

  Text zoneSeveral();

  Text zoneSeveralWhy(String names);

  Text zoneSpf(DomainName domain);

  Text zoneSpfSmarthost(String smarthost);

  Text zoneSpfHost();

  Text zoneSpfFirst();

  Text zoneSpfMerged();

  Text zoneStays();

  Text zoneSpfClosed();

  Text zoneDkim();

  Text zoneDkimWhy();

  Text zoneDkimAliases();

  Text zoneDmarc();

  Text zoneDmarcFirst();

  Text zoneAdsp();

  Text zoneTlsa();

  Text zoneTlsaSigned();

  Text zoneTlsaUnsigned();

  Text zoneTlsaUnseen();

  Text zoneTlsaNothing();

  Text zoneMtaSts();

  Text zoneMtaStsWhy(DomainName web);

  Text zoneClients();

  Text zoneClientsWhy();

  Text zoneClientsWeb(DomainName domain);

  Text zonePacc();

  Text zonePaccWhy(DomainName domain);

  Text formType(String type);

  Text formTypeFillIn(String type);

  Text formName(DomainName name);

  Text formValue(String value);

  Text formInPlaceOf(String value);
}
