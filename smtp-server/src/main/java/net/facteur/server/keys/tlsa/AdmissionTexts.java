package net.facteur.server.keys.tlsa;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why a certificate cannot serve a host: the end of a sentence.
interface AdmissionTexts {
  AdmissionTexts SAY = Texts.of(AdmissionTexts.class);

  Text certificateExpired(Instant until);

  Text certificateEarly(Instant from);

  Text namesNothing(DomainName host);

  Text namesOthers(String names, DomainName host);

  Text unlikeServing(Text why);

  Text keyRetiring();

  Text letterCertificates();

  Text letterCertificateEnds(Path chain, LocalDate day);

  Text letterCertificate(LocalDate day);

  Text letterCertificateUnread(Path chain);
}
