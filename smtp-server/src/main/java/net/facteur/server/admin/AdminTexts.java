package net.facteur.server.admin;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the control socket answers.
interface AdminTexts {
  AdminTexts SAY = Texts.of(AdminTexts.class);

  Text expected(String what);

  Text noAccount(String account);

  Text unhealthy();

  Text failed();

  Text failedWith(Text reason);

  Text settingsRefused();
}
