package net.facteur.server.acme;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the server tells the postmaster of renewals.
interface AcmeTexts {
  AcmeTexts SAY = Texts.of(AcmeTexts.class);

  Text notRenewedSubject();

  Text notRenewed(String reason);
}
