package net.facteur.server.dns;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package.
interface DnsTexts {
  DnsTexts SAY = Texts.of(DnsTexts.class);

  Text noAnchors(Path file, String expected);
}
