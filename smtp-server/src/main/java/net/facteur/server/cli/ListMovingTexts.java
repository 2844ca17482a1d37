package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur list import` and `facteur list export` say.
interface ListMovingTexts {
  ListMovingTexts SAY = Texts.of(ListMovingTexts.class);

  Text importNoProgram(String program);

  Text importPrograms();

  Text importNoDomain(String domain);

  Text importTypeDomain();

  Text importFresh(String list);

  Text importThere(String list);

  Text importCounts(int added, int removed, int changed, int members);

  Text importStaying(int count, String some);

  Text importNoOwner(String list);

  Text importNothing();

  Text importDry();

  Text importDone();

  Text exportThere(String file);

  Text exportOther();

  Text exported(int count, Path directory);
}
