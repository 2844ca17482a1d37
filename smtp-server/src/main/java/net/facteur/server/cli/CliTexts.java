package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What commands say.
interface CliTexts {
  CliTexts SAY = Texts.of(CliTexts.class);

  // Watching records appear

  Text watchHint();

  Text watchThere();

  Text watchMissing();

  Text watchUnknown();

  Text watchUnwatched();

  Text watchDone();

  Text watchLeft(long count);
}
