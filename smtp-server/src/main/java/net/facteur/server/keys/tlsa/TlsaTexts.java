package net.facteur.server.keys.tlsa;

import java.time.Instant;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the server tells the postmaster of TLSA records and certificates.
interface TlsaTexts {
  TlsaTexts SAY = Texts.of(TlsaTexts.class);

  Text unpublishedSubject(DomainName host);

  Text unpublished(Instant since);

  Text unpublishedMeanwhile();

  Text misfitSubject(DomainName host);

  Text misfit();

  Text notWrittenSubject(DomainName host);

  Text notWritten(String reason);

  Text notWrittenMeanwhile();

  Text clockSubject();

  Text clock(Instant before, Instant now);

  Text refusedSubject(DomainName host);

  Text refused(String source, Text reason);
}
