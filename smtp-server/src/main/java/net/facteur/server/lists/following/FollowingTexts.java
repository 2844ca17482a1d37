package net.facteur.server.lists.following;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the postmaster is told about lists that follow a table or a directory.
interface FollowingTexts {
  FollowingTexts SAY = Texts.of(FollowingTexts.class);

  Text unreadSubject();

  Text unread(Path file, Text why);

  Text asBefore();

  Text manySubject(String list);

  Text many(String list, Text source, int leaving, int count);

  Text lookFirst();
}
