package net.facteur.server.lists.posting;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What lists say to members on pages and by mail.
interface PostingTexts {
  PostingTexts SAY = Texts.of(PostingTexts.class);

  Text leaveTitle(String list);

  Text leaveSentence(String list);

  Text leaveButton();

  Text leaveDone(String list);

  Text probeSubject(String list);

  Text probeText(String list, String owner);
}
