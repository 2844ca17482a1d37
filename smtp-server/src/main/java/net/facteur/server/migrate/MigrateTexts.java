package net.facteur.server.migrate;

import java.nio.file.Path;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said to somebody who moves in.
public interface MigrateTexts {
  MigrateTexts SAY = Texts.of(MigrateTexts.class);

  Text noFile();

  Text tooLarge(long mebibytes);

  Text binary();

  Text notAllowed();

  Text unreadable(String why);

  Text missing();

  Text latin1();

  Text tableType(String type);

  Text directory();

  Text noPostfix(Path file);

  Text notATree(Path directory);

  Text unusableFile(Path file, Text why);

  Text circle(String parameter, int line);

  Text becomes(String setting);

  Text becomesBounded(String setting, String value);

  Text noHostName(String name);

  Text noDomain();

  Text domainsTaken(int count, String names);

  Text passwordsLeft(Text why);

  Text manyFiles();

  Text passwordSource(String driver);

  Text noUserName(String name);

  Text otherDomain(String domain);

  Text noLibcrypt(String scheme, UserName name);

  Text userTaken(UserName name, String scheme);

  Text weakPassword(UserName name, String scheme);

  Text clearPassword(UserName name, String scheme);

  Text userWithoutPassword(UserName name, Text why);

  Text mailboxTaken();

  Text mailboxWithoutPassword(String name);

  Text catchAllMailbox(String address);

  Text folderMailbox(String owner);

  Text noAlias();

  Text noAddress(String address);

  Text noSuchMailbox(String name);

  Text pipe(String command);

  Text fileTarget(String path);

  Text includeMissing(String path);

  Text includesCircle(String path);

  Text tooMany(int count);

  Text noPostmaster();

  Text noLocalDomain();

  Text catchAll(String domain);

  Text pattern();

  Text mirror(String domain, String other);

  Text loop();

  Text noSuchUser(String name);

  Text senderRight(String user, String right);

  Text relayDomain(String domain);

  Text refusingTransport(String kind);

  Text usual();

  Text oneMailboxTransport();

  Text transport();

  Text daneAnyway();

  Text daneInstead();

  Text passwordNeedsTls();

  Text noPasswordFor(String host);

  Text noCounterpart();

  Text notNeeded();

  Text ownLog();

  Text noNumber(String value);

  Text noNetwork();

  Text networks();

  Text otherPort();

  Text pipeService();

  Text policyService(String name);

  Text snakeoil();

  Text certbot();

  Text certificateCopied();

  Text signsItself();

  Text checksItself(String mechanism);

  Text milter();

  Text blockList();

  Text accessTable();

  Text keyOfOtherDomain(String domain);

  Text thirdParty(String domain);

  Text keyRetires(String selector, String domain);

  Text keyUnused(String domain, String selector, String file);

  Text edKeyTaken(String selector);

  Text edKeyElsewhere(String selector);

  Text edKey();

  Text keySize(int bits);

  Text keyTaken(String selector, String domain);

  Text noKey(String expected);

  Text srsSecret();

  Text srsDomain(String domain);

  Text srsSeparator();

  Text opendmarc();

  Text policydSpf();

  Text mailboxCommand();

  Text mbox(String user, Path file, String name);

  Text mboxOfNobody(Path file);

  Text maildirs(int count);

  Text lmtpSocket(String path);

  Text maildirsStay(int count);

  Text taken();

  Text takenOtherwise();

  Text left();

  Text nothing();

  Text written(Path file);

  Text lookNext(String command);

  Text dryRun();

  Text exists(Path file);

  Text existsRemedy();

  Text noneRemedy();

  Text nobody(String address);

  Text noDomains();

  Text copyFailed(String problem);

  Text copied(long count, UserName user);

  Text copyAgain();

  Text copying(long count);

  Text copyKept(Path file);

  Text copyResume(UserName user);

  Text noDovecot(Path file);

  Text noDovecotRemedy();

  Text dovecotSleeps();

  Text dovecotSleepsRemedy();

  Text noSuchMailUser(String user);

  Text noSuchMailUserRemedy(String user);

  Text noSource(UserName user);

  Text noSourceRemedy(UserName user);

  Text passwordFileOpen(Path file);

  Text passwordFileClose(Path file);

  Text noImapPassword();

  Text noImapPasswordRemedy();

  Text badText(String text);

  Text badTextRemedy();

  Text maildirsTaken(int count, String base);
}
