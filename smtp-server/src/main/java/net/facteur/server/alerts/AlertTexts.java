package net.facteur.server.alerts;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of what is wrong.
public interface AlertTexts {
  AlertTexts SAY = Texts.of(AlertTexts.class);

  Text subject(String host, Text what);

  Text overSubject(String host, Text what);

  Text since(String since);

  Text over(String since, String until);

  Text see();

  Text testSubject(String host);

  Text test(String host);

  Text queueOld(String age);

  Text queueOldWhy(int recipients);

  Text queueOldRemedy();

  Text deferrals(int percent);

  Text deferralsWhy(long deferred, long all);

  Text deferralsRemedy();

  Text provider(String provider);

  Text providerWhy(String provider, long refused, long all);

  Text providerRemedy(String name);

  Text disk(String free, String path);

  Text diskWhy();

  Text diskRemedy(String path);

  Text certificate(String name, long count);

  Text certificateOver(String name);

  Text certificateWhy(String until);

  Text certificateRemedy();

  Text clockJumped(long count);

  Text clockWhy();

  Text clockRemedy();

  Text blocklist(String address);

  Text backup();

  Text examine();

  Text quietForm();

  Text quietBounds();

  Text notQuiet(String text);
}
