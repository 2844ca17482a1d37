package net.facteur.server.destinations;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// How mail fares at one provider, in words for the command and the page alike.
public interface ProviderTexts {
  ProviderTexts SAY = Texts.of(ProviderTexts.class);

  Text sum(String title, String since, long attempts, long delivered, long deferred);

  Text refused(long count);

  Text time(String half, String most);

  Text tls(String kinds);

  Text slowed(int count, String interval, String since);

  Text said();

  Text times(String at, long count, String host, String message);

  Text chart(String title);

  Text delivered();

  Text deferred();

  Text lost();
}
