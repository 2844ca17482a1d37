package net.facteur.server.journal;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of each deed.
///
/// The place `on` is what it was done to.
interface JournalTexts {
  JournalTexts SAY = Texts.of(JournalTexts.class);

  Text signedIn(String on);

  Text signedOut(String on);

  Text sessionEnded(String on);

  Text passwordChanged(String on);

  Text appPasswordMade(String on);

  Text appPasswordRevoked(String on);

  Text codeEnrolled(String on);

  Text codeRemoved(String on);

  Text recoveryCodesMade(String on);

  Text recoveryCodeUsed(String on);

  Text passkeyAdded(String on);

  Text passkeyRemoved(String on);

  Text invited(String on);

  Text invitationUsed(String on);

  Text proofsReset(String on);

  Text forwardChanged(String on);

  Text roleChanged(String on);

  Text absenceChanged(String on);

  Text mailReleased(String on);

  Text mailDropped(String on);

  Text mailSeen(String on);

  Text dataExported(String on);

  Text examined();

  Text zoneLooked(String on);

  Text keyRotated(String on);

  Text keyAdopted(String on);

  Text keyActivated(String on);

  Text keyRetired(String on);

  Text keyRevoked(String on);

  Text keyRevealed(String on);

  Text keyCompromised(String on);

  Text backedUp(String on);

  Text restored(String on);

  Text queueRetried(String on);

  Text queueHeld(String on);

  Text queueReleased(String on);

  Text queueBounced(String on);

  Text addressChanged(String on);

  Text addressRemoved(String on);

  Text queueMoved(String on);

  Text accountAdded(String on);

  Text accountChanged(String on);

  Text accountHeld(String on);

  Text accountReleased(String on);

  Text accountDropped(String on);

  Text accountLocked(String on);

  Text accountUnlocked(String on);

  Text listAdded(String on);

  Text listChanged(String on);

  Text listImported(String on);

  Text listPostDecided(String on);

  Text listRemoved(String on);

  Text listMemberAdded(String on);

  Text listMemberRemoved(String on);
}
