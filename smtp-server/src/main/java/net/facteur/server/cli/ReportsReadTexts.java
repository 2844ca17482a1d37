package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur reports read` says.
interface ReportsReadTexts {
  ReportsReadTexts SAY = Texts.of(ReportsReadTexts.class);

  Text readNone(Path file, String expected, int at, String where);

  Text readForms();

  Text readPartly(String expected, int at, String where);

  Text readDmarc(String domain);

  Text readPolicy(String policy);

  Text readError(String error);

  Text readMessages(long all, long passed, long failed);

  Text readEntry(long messages, String source, String author);

  Text readPassed();

  Text readFailed();

  Text readDone(String disposition);

  Text readDkim(String domain, String selector, String result);

  Text readUnsigned();

  Text readSpf(String domain, String result);

  Text readOverride(String type, String comment);

  Text readTls();

  Text readFailure(String domain);

  Text readField(String name, String value);
}
