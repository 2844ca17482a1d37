package net.facteur.server.lists.moving;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said to somebody who brings lists here, or takes them away.
interface MovingTexts {
  MovingTexts SAY = Texts.of(MovingTexts.class);

  Text directory(Path path);

  Text tooLarge(Path path, long mebibytes);

  Text noText(Path path);

  Text malformed(String file, int line, String expected);

  Text noAddress(String file, int line, String text);

  Text moreUnread(int count);

  Text noAddressColumn(String file, String columns);

  Text noRole(String file, int line, String word);

  Text nothingFound(Path from);

  Text listUnnamed(Path from);

  Text notMailman3(String file);

  Text noMlmmjDirectory(Path path);

  Text strangersWereHeld();

  Text footerLeft();

  Text replyToLeft();

  Text bansLeft(int count);

  Text allowedLeft(int count);

  Text anonymousLeft();

  Text digestsLeft();

  Text scenarioLeft(String scenario);

  Text includesLeft();

  Text closed(String status);

  Text closedToMail();

  Text headersLeft();

  Text rulesLeft();

  Text setting(String what, String before, String after);

  Text manyLists(int most);

  Text manyMembers(String list, int most);

  Text listGone(String list);

  Text notNameable(String list, int most);

  Text foreignDomain(String list, String domain);

  Text languageLeft(String language);

  Text archiveLeft(String list);

  Text notAnExport(String file);
}
