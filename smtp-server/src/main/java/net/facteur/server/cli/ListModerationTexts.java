package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the commands about posts that wait for a moderator say.
interface ListModerationTexts {
  ListModerationTexts SAY = Texts.of(ListModerationTexts.class);

  Text heldColumns();

  Text heldProven();

  Text heldUnproven();

  Text heldNone();

  Text heldNext();

  Text heldUnknown(String id);

  Text heldSeeAll();

  Text heldLater();

  Text heldApproved();

  Text heldRejected();

  Text heldDiscarded();
}
