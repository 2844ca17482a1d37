package net.facteur.server.signin;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and to whoever signs in.
interface SignInTexts {
  SignInTexts SAY = Texts.of(SignInTexts.class);

  Text userName();

  Text userNameBounds();

  Text notUserName(String text);
}
