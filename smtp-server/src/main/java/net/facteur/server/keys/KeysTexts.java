package net.facteur.server.keys;

import java.time.Instant;
import java.time.LocalDate;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the server tells people of its DKIM keys and of the records to paste.
interface KeysTexts {
  KeysTexts SAY = Texts.of(KeysTexts.class);

  // Keys that need a hand

  Text clockSubject();

  Text clock(DomainName domain, Instant before, Instant now);

  Text unpublishedSubject(DomainName domain);

  Text unpublished(Instant since);

  Text unpublishedMeanwhile(DomainName domain);

  Text undoneSubject(DomainName domain);

  Text undone(String selector, String reason, DomainName domain);

  Text goneSubject(DomainName domain);

  Text gone();

  Text gonePutBack();

  Text unusableSubject(DomainName domain);

  Text unusable(String type, String selector, Text problem);

  Text unusableRemedy(Text remedy);

  Text keyGone();

  Text conflictSubject(DomainName domain);

  Text conflict(String selector, String reason, DomainName domain);

  Text notWrittenSubject(DomainName domain);

  Text notWritten(String selector, String reason);

  Text hiddenSubject(DomainName domain);

  Text hidden(String selector, String reason);

  Text hiddenRemedy();

  Text hiddenStop();

  // Records that a person edits

  Text recordsSubject(int count, DomainName domain);

  Text addSubject(int count, DomainName domain);

  Text changeSubject(int count, DomainName domain);

  Text addTlsaSubject(int count, DomainName domain);

  Text removeTlsaSubject(int count, DomainName domain);

  Text add(int count, DomainName domain);

  Text change(int count, DomainName domain);

  Text addTlsa(int count);

  Text removeTlsa(int count);

  Text inForm(DomainName owner);

  Text added(int count);

  Text changed(int count);

  Text addedTlsa(int count);

  Text removedTlsa(int count);

  Text letterHeading();

  Text letterWaits(String selector, String domain, LocalDate since);

  Text letterDistrusted(String selector, String domain);

  Text letterSoon(String selector, String domain, LocalDate day);

  Text restoredSubject(DomainName domain);

  Text restoredOther(String selector, DomainName domain);

  Text restoredRemedy(DomainName domain);
}
