package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of users, their passwords, aliases and forwards.
interface UserTexts {
  UserTexts SAY = Texts.of(UserTexts.class);

  Text userAdded(String name);

  Text userForeign(String domain);

  Text userForeignAdd(Path file, String line);

  Text userUnreadable();

  Text userMisnamed(String text);

  Text userTypeWhole(String example);

  Text userForwardToItself(String name);

  Text userForwardElsewhere();

  Text userMask(String name);

  Text userTypeOther(String example);

  Text userNone(String name);

  Text userSeeThere();

  Text userOvertaken(String name);

  Text userTypeAgain();

  Text userOtherName(String name);

  Text userThere(String name);

  Text userToPasswd(String name);

  Text userMailboxesClosed();

  Text userTooLong(String name);

  Text userShorter();

  Text userNoTarget(String address);

  Text userNoDays(String duration);

  Text userTypeDays();

  Text userDamaged();

  Text userEraseQuestion(String name, Path place);

  Text userYes();

  Text userNothingErased();

  Text userEraseSure();

  Text userErased(String name);

  Text userErasedAlone(String name);

  Text userNotErased();

  Text userFileThere(Path file);

  Text userOtherFile(Path file);

  Text userExported(String name, Path file);

  Text userExportedAlone(String name, Path file);

  Text userFileGone(Path file);

  Text userFileGoneRemedy();

  Text userColumns();

  Text userNever();

  Text userNoLimit();

  Text userOn();

  Text userOff();

  Text userListNone();

  Text userOfDirectory();

  Text userDirectoryToo();

  Text userDirectorySilent(String name);

  Text userTryDirectory(String name);

  Text userShowDirectory(String value);

  Text userShowForwards(String value);

  Text userKeepWords();

  Text userForwardWords();

  Text userEraseWords();

  Text userNearNone(long percent);

  Text userActive();

  Text userNoPassword();

  Text userLocked();

  Text userSuspended();

  Text userSendOnly();

  Text userPasswordChanged(String name);

  Text userIsLocked(String name);

  Text userPasswordAbove(String name);

  Text userNoSize(String size);

  Text userTypeSize();

  Text userMayHold(String name, String size);

  Text userRemoveQuestion(String name);

  Text userForwardQuestion();

  Text userForQuestion(String usual);

  Text userNoLeaving(String answer);

  Text userForAlone();

  Text userAddForward();

  Text userRemoved(String name);

  Text userRemovedErased(String name);

  Text userRemovedForward(String name, String to);

  Text userRemovedForwardUntil(String name, String to, String end);

  Text userStillLeading(String name, String addresses);

  Text userEarlierMail(String name, Path place);

  Text userPutElsewhere(Path place);

  Text userRenamed(String name, String fresh);

  Text userRenamedAlias(String name, String fresh);

  Text userTellPrograms();

  Text userLockedNow(String name);

  Text userUnlocked(String name);

  Text userIsSuspended(String name);

  Text userResumed(String name);

  Text userHasNoMailbox(String name);

  Text userHasMailbox(String name);

  Text userNotPassword(String name);

  Text userSetNew(String name);

  Text userScramOn(String name);

  Text userScramOff(String name);

  Text userNoSender(String address);

  Text userTypeSender();

  Text userSendsAs(String name, String addresses);

  Text userSendsAsItself(String name);

  Text userContact(String name, String address);

  Text userNoContact(String name);

  Text userShowUser(String value);

  Text userShowState(String value);

  Text userShowLastLogin(String value);

  Text userShowMailbox(String value);

  Text userShowLimit(String value);

  Text userShowScram(String value);

  Text userShowSendsAs(String value);

  Text userShowContact(String value);

  Text userShowFormerly(String value);

  Text userShowAppPassword(String value);

  Text userNoneYet();

  Text userUse(String at, String address, String service);

  Text userOnlyAs(String address);

  Text userUsed(String when);

  Text appSending();

  Text appMail();

  Text passwordShort(long least);

  Text passwordGenerate();

  Text passwordLong();

  Text passwordMade(String password);

  Text passwordNew();

  Text passwordOnce();

  Text passwordStdinOrGenerate();

  Text passwordsDiffer();

  Text appMisnamed(String device);

  Text appTypeName();

  Text appMade(String name, String device);

  Text appNotAs(String name, String address);

  Text appSendAs(String name, String addresses);

  Text appThere(String name, String device);

  Text appTakeOther(String name, String device);

  Text appFull(String name, long most);

  Text appSeeUnused(String name);

  Text appColumns();

  Text appFrom(String address, String service);

  Text appListNone(String name);

  Text appNone(String name, String device);

  Text appSee(String name);

  Text appRevoked(String name, String device);

  Text aliasMisnamed(String address);

  Text aliasInSettings(String address, Path file);

  Text aliasChangeThere();

  Text aliasTooMany(int count);

  Text aliasOverruled(String address, Path file);

  Text aliasThere(String address);

  Text aliasReplace();

  Text aliasOneOf();

  Text aliasTypeOne();

  Text aliasOneDomain();

  Text aliasTypeDomains();

  Text aliasItself(String domain);

  Text aliasOtherDomain();

  Text forwardThere(String name);

  Text forwardOther();

  Text aliasRemoved(String address);

  Text aliasNone(String address);

  Text aliasSee(Path file);

  Text aliasColumns();

  Text aliasWhatCopy(String what);

  Text aliasWhatAlias();

  Text aliasWhatForward();

  Text aliasWhatRefused();

  Text aliasWhatDiscarded();

  Text aliasWhatDomain();

  Text forwardListNone();

  Text aliasListNone();

  Text sendingLater(String account);

  Text sendingClosed();

  Text sendingHeld(String account);

  Text sendingHeldNext(String account);

  Text sendingFree(String account);

  Text sendingReleased(String account, int messages, int recipients, String last);

  Text sendingDropped(String account, int messages, int recipients);

  Text sendingCounted(String account, String hour, String day, String strangers);

  Text sendingUnknown(int recipients);

  Text sendingStopped(String since, String why);

  Text sendingFrom(String addresses);

  Text sendingWaits(int messages, int recipients);

  Text sendingWaitsNext(String account);

  Text sendingMessage(String at, String id, int recipients, int held);

  Text sendingComplaints(int count);

  Text userShowForwardState(String target, Text state);

  Text forwardState(String address, String target, Text state);

  Text forwardArrives(String day);

  Text forwardDeferred(String day, String said);

  Text forwardRefused(String day, String said);

  Text forwardRests(String day, String said);

  Text forwardRetried(int count);

  Text forwardRetryNone(String address);

  Text forwardRetrySee();

  Text deadNone();

  Text deadColumns();

  Text deadMisnamed(String address);

  Text deadUnknown(String address);

  Text deadSee();

  Text deadForgotten(int count);
}
