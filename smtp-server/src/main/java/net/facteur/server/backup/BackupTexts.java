package net.facteur.server.backup;

import java.nio.file.Path;
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
}
