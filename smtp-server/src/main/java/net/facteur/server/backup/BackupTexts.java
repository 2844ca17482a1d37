package net.facteur.server.backup;

import java.nio.file.Path;
import java.time.Instant;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said about backups and restores.
public interface BackupTexts {
  BackupTexts SAY = Texts.of(BackupTexts.class);

  Text keepType();

  Text keepBounds();

  Text notKeep(String text);

  Text recipientType();

  Text recipientBounds();

  Text notRecipient(String text);

  Text underWay();

  Text noRoom(Path place, long free, long wanted);

  Text noManifest();

  Text laterFormat();

  Text otherKey(Path identity);

  Text noIdentity(Path identity);

  Text damagedCipher();

  Text pooledMissing(String hash);

  Text encrypted(Path file);

  Text insideData(Path directory, Path data);

  Text noPlace();

  Text namePlace();

  Text keepWhere(String place);

  Text typeDirectory();

  Text typeRecipient();

  Text typeKeep();

  Text dataClosed();

  Text failed(Text why);

  Text progress(long count, long mebibytes);

  Text made(String where, long count, long mebibytes, long messages);

  Text madeStream();

  Text unencrypted();

  Text noMail();

  Text removed(int count);

  Text leftOutSome(int count);

  Text tryIt(Path where);

  Text noBackup(Path file);

  Text damaged(Path file);

  Text tooLarge(long mebibytes);

  Text otherHash(String name);

  Text unlisted(String name);

  Text planDamaged(Path file);

  Text planPending();

  Text systemPlace(Path place);

  Text notOurs(Path data);

  Text notRestored(Text why);

  Text noPart(String word);

  Text typeParts(String parts);

  Text nothingToResume(Path data);

  Text resumed();

  Text keptAside(Path path);

  Text nothingDone();

  Text serverRuns();

  Text stopIt();

  Text noMailbox(String user);

  Text seeMailboxes();

  Text mailboxBack(String user, int back, int there);

  Text goesTo(Path settings, Path data);

  Text askRestore();

  Text unanswered();

  Text addYes();

  Text whatItIs(String host, Instant taken, Text age, String program);

  Text whatIsIn(long users, long messages, long files, long mebibytes);

  Text withoutMail();

  Text daysOld(long days);

  Text hoursOld(long hours);

  Text restoredInto(Path data, Instant taken);

  Text rowsAside(String name);

  Text elsewhere(int count, Path data);

  Text settingsUnread(Path settings);

  Text otherData(Path settings, Path said, Path data);

  Text otherMachine(String addresses);

  Text dnsChanges(String host);

  Text next();

  Text queueHeld(long held);

  Text keysWait();

  Text rehearsalInterrupted();

  Text rehearsedUnpacked(long count);

  Text rehearsedMail(long count);

  Text rehearsedDatabases(int count);

  Text rehearsedDamaged(String what);

  Text rehearsedSettings(Text why);

  Text rehearsedShared(long messages);

  Text rehearsedNoStart(String log);

  Text rehearsedStarted(String version);

  Text rehearsedStartedOpen(String version);

  Text rehearsedNoStop();

  Text rehearsedUsers(long users, long expected);

  Text rehearsedQueue(long held, long expected);

  Text rehearsedDamagedMail(long count);

  Text rehearsedContent(long count);

  Text rehearsedUnreadable(String why);

  Text rehearsedWell();

  Text rehearsedBadly();

  Text noArchive(Path directory);

  Text noArchiveNamed();

  Text nameArchive();
}
