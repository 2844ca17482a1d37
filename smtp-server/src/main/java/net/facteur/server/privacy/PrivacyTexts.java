package net.facteur.server.privacy;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of what is kept.
interface PrivacyTexts {
  PrivacyTexts SAY = Texts.of(PrivacyTexts.class);

  Text mailboxes();

  Text accounts();

  Text addresses();

  Text lists();

  Text byHand();

  Text logins();

  Text sessions();

  Text queue();

  Text history();

  Text quarantine();

  Text sending();

  Text dead();

  Text providers();

  Text reports();

  Text journal();

  Text log();

  Text backups();

  Text shared();

  Text byTheSystem();

  Text noBackups();

  Text untilRemoved();

  Text untilDelivered(String life);

  Text after(String time);

  Text afterSignIn(String time);

  Text bySize(String size);

  Text bySystem();

  Text backupsKept(String keep);

  Text bySending();

  Text erased();

  Text erasedWithAccount();

  Text runsOut();

  Text staysOfLaw();

  Text inBackups();

  Text registerTitle(String host);

  Text registerController();

  Text registerPurpose();

  Text registerBasis();

  Text registerPeople();

  Text registerRecipients();

  Text registerTransfer();

  Text registerKept();

  Text registerSecurity();

  Text registerRights();

  Text registerFill();
}
