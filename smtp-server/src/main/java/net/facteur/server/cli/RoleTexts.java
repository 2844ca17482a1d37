package net.facteur.server.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur role` says.
interface RoleTexts {
  RoleTexts SAY = Texts.of(RoleTexts.class);

  Text roleUnreadable();

  Text roleInSettings(String address, Path file);

  Text roleTakeOut();

  Text roleIsAlias(String address);

  Text roleRemoveAlias(String command);

  Text roleIsUser(String address);

  Text roleOtherAddress();

  Text roleMisnamed(String text);

  Text roleNoDate(String text);

  Text roleTypeDate();

  Text roleEndsBefore(LocalDate last, LocalDate first);

  Text roleHolderUnknown(String holder, String command);

  Text roleOfSeveral(String address);

  Text roleOfOne(String address);

  Text roleHeld(String address);

  Text roleNoHolder(String address);

  Text roleNeedsNext(String address);

  Text roleSetNext(String command);

  Text roleFull(String address, int most);

  Text roleMakeAnother();

  Text roleNone(String address);

  Text roleThere(String address);

  Text roleRemoveFirst(String command);

  Text roleSee(String command);

  Text roleWillBe(String address, String holder, LocalDate day);

  Text roleIs(String address, String holder, LocalDate day);

  Text roleCopies(String holder, LocalDate last);

  Text roleNoOverlap(String text, int most);

  Text roleTypeOverlap();

  Text roleJoined(String address, String holders, LocalDate day);

  Text roleUntilAlone();

  Text roleRemoved(String address);

  Text roleNowRefused(String address, String command);

  Text roleLeft(String address, String holder);

  Text roleLeaves(String address, String holder, LocalDate last);

  Text roleColumns();

  Text roleHistoryColumns();

  Text roleListNone();

  Text roleVacant();

  Text roleHolder(String holder, LocalDate from);

  Text roleHolderUntil(String holder, LocalDate from, LocalDate last);

  Text roleComing(String holder, LocalDate from);
}
