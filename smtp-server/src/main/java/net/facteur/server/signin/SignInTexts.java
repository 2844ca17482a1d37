package net.facteur.server.signin;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and to whoever signs in.
interface SignInTexts {
  SignInTexts SAY = Texts.of(SignInTexts.class);

  Text userName();

  Text userNameBounds();

  Text notUserName(String text);

  Text signInTitle();

  Text signInPurpose();

  Text withMailPassword();

  Text address();

  Text password();

  Text signIn();

  Text signOut();

  Text signedInAs(String user);

  Text notYou();

  Text orByPasskey();

  Text usePasskey();

  Text passkeyFailed();

  Text formTooOld();

  Text wrong();

  Text damped();

  Text tooLate();

  Text appPassword();

  Text notFromOutside();

  Text passkeyWanted();

  Text unavailable();

  Text codeTitle();

  Text codeWanted();

  Text code();

  Text goOn();

  Text wrongCode();

  Text invitationTitle();

  Text invitation(String user);

  Text invitationOver();

  Text againTitle();

  Text again();

  Text bare();

  Text securityTitle();

  Text codeOn(int count);

  Text codeOff();

  Text setUpCode();

  Text newRecovery();

  Text removeCode();

  Text passkeysTitle();

  Text passkeysAre();

  Text passkeyUsed(String day, String time);

  Text passkeyUnused(String day);

  Text removePasskey();

  Text addPasskey();

  Text passkeyLabel();

  Text passkeyNeedsScript();

  Text sessionsTitle();

  Text session(String address, String began, String seen);

  Text thisBrowser();

  Text endSession();

  Text endOthers();

  Text codeHow();

  Text codePicture();

  Text codeByHand();

  Text codeShown();

  Text codeIsOn();

  Text recoveryTitle();

  Text recoveryAre();

  Text recoveryKept();

  Text link(String name, String link);

  Text linkLife(int count);

  Text linkTunnel(int port, String host);

  Text linkNotServed();
}
