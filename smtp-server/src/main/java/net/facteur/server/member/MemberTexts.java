package net.facteur.server.member;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What users read about their own accounts.
interface MemberTexts {
  MemberTexts SAY = Texts.of(MemberTexts.class);

  Text homeTitle();

  Text homeIs();

  Text roomUsed();

  Text roomOf(long used, long limit);

  Text roomFree(long used);

  Text setupTitle();

  Text dataTitle();

  Text back();

  Text passwordTitle();

  Text passwordRules(int count);

  Text currentPassword();

  Text newPassword();

  Text newPasswordAgain();

  Text changePassword();

  Text passwordThen();

  Text passwordChanged();

  Text currentWrong();

  Text notNow();

  Text notTheSame();

  Text keptElsewhere();

  Text overtaken();

  Text appsTitle();

  Text appsAre();

  Text appForMail();

  Text appForSending();

  Text appUsed(String time, String address);

  Text appUnused();

  Text appRevoke();

  Text appNew();

  Text appName();

  Text appOnlySending();

  Text appMake();

  Text appMade(String name);

  Text appOnce();

  Text appMisnamed();

  Text appTaken();

  Text forwardTitle();

  Text forwardIs();

  Text forwardTo(String addresses);

  Text forwardNone();

  Text forwardInSettings();

  Text forwardByPostmaster();

  Text forwardTargets();

  Text forwardKeep();

  Text forwardWrong(int count);

  Text save();

  Text forwardEnd();

  Text mailTitle();

  Text quarantineTitle();

  Text quarantineEmpty();

  Text quarantined(String from, String time);

  Text quarantinedFor(String reason);

  Text release();

  Text drop();

  Text nothingLeft();

  Text harmful();

  Text sentTitle();

  Text nothingSent();

  Text cameTitle();

  Text nothingCame();

  Text mailSince(String time);

  Text messageFrom(String from, String id);

  Text heldFor(String reason);

  Text storyDelivered(String to, String time);

  Text storyWaits(String to);

  Text storyDeferred(String to, String time, String last, String next);

  Text storyHeld(String to);

  Text storyDamaged(String to);

  Text storyFailed(String to, String time, String last);

  Text storyExpired(String to, String last);

  Text storyBounced(String to);

  Text storyRemoved(String to);
}
