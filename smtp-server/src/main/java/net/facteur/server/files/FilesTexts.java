package net.facteur.server.files;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the operating system says of a file.
interface FilesTexts {
  FilesTexts SAY = Texts.of(FilesTexts.class);

  Text forbidden(String file, String user);

  Text missing(String file);

  Text there(String file);

  Text noDirectory(String file);

  Text notEmpty(String file);

  Text trouble(String file, String reason);

  Text full(String file);

  Text diskFull();

  Text useless(String file);

  Text silent();

  Text link(Path file);

  Text largeFile(Path file, long mebibytes);

  Text notUtf8(Path file);
}
