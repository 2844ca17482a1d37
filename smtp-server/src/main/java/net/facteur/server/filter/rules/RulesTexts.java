package net.facteur.server.filter.rules;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the rules of the house.
interface RulesTexts {
  RulesTexts SAY = Texts.of(RulesTexts.class);

  Text damaged(Path file, int line);

  Text repeated(Path file, int line, String sender);

  Text largeFile(Path file, long mebibytes);

  Text notUtf8(Path file);

  Text gone(Path file);

  Text unreadSubject();

  Text unread();

  Text asBefore();

  Text type();

  Text typeBounds();

  Text notType(String value);
}
