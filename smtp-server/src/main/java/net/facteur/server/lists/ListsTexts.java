package net.facteur.server.lists;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is wrong in the file of a list.
interface ListsTexts {
  ListsTexts SAY = Texts.of(ListsTexts.class);

  Text damaged();

  Text repeated(String what);

  Text tooMany(int most);

  Text putOff(Path file, int line, Text why);

  Text cutOff(Path file, String command);

  Text misnamed(Path file);

  Text gone(Path file);

  Text largeFile(Path file, long mebibytes);

  Text notUtf8(Path file);

  Text manyLists(int most);
}
