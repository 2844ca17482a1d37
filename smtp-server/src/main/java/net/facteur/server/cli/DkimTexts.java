package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur dkim` and `facteur sign` say.
interface DkimTexts {
  DkimTexts SAY = Texts.of(DkimTexts.class);

  // Domains and keys

  Text dkimNoDomainOfOurs(Path settings);

  Text dkimAddDomain(String line);

  Text dkimNotOurs(DomainName domain);

  Text dkimAddTo(Path settings, String line);

  Text dkimNoSelector(String text);

  Text dkimSelectors();

  Text dkimTooLong();

  Text dkimShorter();

  Text dkimUnusable(Text problem);

  Text dkimMend(Text remedy);

  Text dkimSeveral(DomainName domain, String selectors);

  Text dkimNameOne(String selector);

  Text dkimNoKey(DomainName domain, Path directory);

  Text dkimNoKeyAt(DomainName domain, String selector, Path directory);

  Text dkimMakeOne(DomainName domain);

  Text dkimMakeOneAt(DomainName domain, String selector);

  // Key files

  Text keyFileName();

  Text keyFileIn();

  Text keyFileTooLong(Path file);

  Text keyFileSee(Path file);

  Text keyUnusable(Path file, String expected);

  Text keyMade();

  // What is published

  Text dkimRevokedRight();

  Text dkimRight(Path file);

  Text dkimNotOk();

  Text dkimNote(Object text);

  Text dkimPublish();

  Text dkimPublishInPlace();

  Text dkimRevokedHereAnd(Object problem);

  Text dkimRevokedHereOnly();

  Text dkimNothing();

  Text dkimNoTxt();

  Text dkimNoAnswer(String reason);

  Text dkimBogus(String reason);

  Text dkimSeveralRecords(int records);

  Text dkimNoRecord(int at, String expected);

  Text dkimTesting();

  Text dkimStrict();

  Text dkimGranularityNote();

  Text dkimNotes(String text);

  Text dkimWeak(int bits, int usual);

  Text dkimRevokedThere();

  Text dkimNotForMail();

  Text dkimNoSha256();

  Text dkimNoSuchType();

  Text dkimUnreadable(String expected);

  Text dkimOther();

  // A new key

  Text dkimBits(int bits);

  Text dkimTypeBits();

  Text dkimMade(Path file);

  Text dkimTaken(Object file);

  Text dkimSeeRecord(DomainName domain, String selector);

  Text dkimMakeBeside(DomainName domain, String selector);

  Text dkimTended(DomainName domain);

  Text dkimChooseAnother(String selector);

  Text dkimWritten(Object key, Path file);

  Text dkimStepPublish(long count);

  Text dkimInDns(DomainName domain);

  Text dkimOneLine(DomainName domain, String selector);

  Text dkimStepSee();

  Text dkimStepSigns();

  Text dkimNamedAlready(Path settings);

  Text dkimStepHandOver();

  Text dkimHandOver(DomainName domain);

  Text dkimStepSignWith();

  Text dkimPutLine(Path settings);

  Text dkimPutLineNew(Path settings, DomainName domain);

  Text dkimReplaces(String selector);

  Text dkimThen();

  // A record

  Text dkimNeedsSelector();

  Text dkimAddSelector();

  Text dkimPrivate(Path file);

  Text dkimPublicHalf(Path file);

  Text dkimNoPublic(Path file);

  Text dkimPublicLooks();

  Text dkimGranularity();

  Text dkimGranularityRemedy();

  Text dkimNoService(String service);

  Text dkimTypeService();

  Text dkimNoHash(String hash);

  Text dkimTypeHash();

  Text dkimSha1();

  // Keys that look after themselves

  Text dkimGoesOn(DomainName domain);

  Text dkimOpen(Path file, String command);

  Text dkimBecomes(Path file, String selector);

  Text dkimSeveralKeys(Path file, long keys);

  Text dkimOneFileEach();

  Text dkimSize(Path file, int bits);

  Text dkimMakeNew(DomainName domain);

  Text dkimNamePrivate(DomainName domain);

  Text dkimNoWayBack();

  Text dkimAddYes();

  Text dkimPinned(DomainName domain, String selector);

  Text dkimListNone(String domain);

  Text dkimListColumns();

  Text dkimSpare(String state);

  Text dkimEvent(String at, Object word, String by, String reason);

  Text dkimActiveAgain();

  Text dkimGaveWay(String selector);

  // Signing a message

  Text signNoFrom(Path file);

  Text signNameWhole();

  Text signFails(Object name, String reason);

  Text signMakeAnother(DomainName domain);

  Text signNoText();

  Text signNameFile();

  Text signExists(Path file);

  Text signNewFile();

  Text signNeedsSelector();

  Text signKeyUnusable(String reason);
}
