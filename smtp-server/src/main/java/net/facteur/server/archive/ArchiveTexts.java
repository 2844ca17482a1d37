package net.facteur.server.archive;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why an archive is refused.
interface ArchiveTexts {
  ArchiveTexts SAY = Texts.of(ArchiveTexts.class);

  Text cutOff();

  Text noTar();

  Text wrongSum();

  Text leadsOut(String name);

  Text kind(String name, Text kind);

  Text aLink();

  Text aDevice();

  Text anotherKind();

  Text twice(String name);

  Text tooMany(int most);

  Text longName();
}
