package net.facteur.server.imap;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the commands that join Dovecot and Roundcube say.
public interface ImapTexts {
  ImapTexts SAY = Texts.of(ImapTexts.class);

  // What stands in the way

  Text noDovecot();

  Text noDovecotRemedy();

  Text unknownRelease(String version);

  Text unknownReleaseRemedy();

  Text broken(String said);

  Text brokenRemedy(Path file);

  Text missingParts(String packages);

  Text missingPartsRemedy(String packages);

  Text noCertificate();

  Text noCertificateRemedy();

  Text badCertificate(String why);

  Text badCertificateRemedy();

  Text ownerIsRoot(Path mail);

  Text ownerIsRootRemedy(Path mail);

  Text notRoot(Path directory);

  Text notRootRemedy();

  Text badSettings(Path file, Text mistake);

  Text badSettingsRemedy(String lines);

  Text refused(String said);

  Text refusedRemedy();

  Text notRead(Path file);

  Text notReadRemedy(Path file);

  Text reloadRefused(String said);

  Text reloadRefusedRemedy();

  Text keptInSettings(Path file);

  // What is shown and done

  Text wouldWrite(String release);

  Text wouldAdd(Path file);

  Text applyRemedy();

  Text unchanged();

  Text joined(String release);

  Text wrote(Path file);

  Text took(Path file);

  Text addedTo(Path file);

  Text tookFrom(Path file);

  Text separated();

  Text notJoined();

  Text noSieve();

  Text programs(String host);

  Text serverSilent();

  Text dovecotSilent();

  // A Dovecot elsewhere

  Text noRelease(String word);

  Text noReleaseRemedy();

  Text outAlone();

  Text outAloneRemedy();

  Text releaseOfOut();

  Text releaseOfOutRemedy();

  Text exported(String release, Path directory);

  Text exportUnchanged(Path directory);

  Text loopbackDoor(String address);

  // Roundcube

  Text noRoundcube(Path directory);

  Text noRoundcubeRemedy();

  Text notReadable();

  Text notReadableRemedy();

  Text phpRefuses(String said);

  Text phpRefusesRemedy(Path file);

  Text wouldTellRoundcube();

  Text wouldInclude(Path file);

  Text applyRoundcubeRemedy();

  Text roundcubeJoined();

  Text roundcubeUnchanged();

  Text roundcubeSeparated();

  Text roundcubeNotJoined();

  Text noPlugins(String packages);

  Text noSendmail(Path program);
}
