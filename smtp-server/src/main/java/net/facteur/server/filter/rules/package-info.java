/// Rules of the house: senders and domains that the server, or one of its users, blocks or
/// welcomes; and types of attachments that are not taken.
///
/// The rules about senders stand in one file of text ([RulesFile]), a line each, which commands and
/// people change. Who is blocked by the server is refused; who is blocked by a user goes into that
/// user's junk folder. Who is welcome never goes there; that counts only where the message is
/// proven to be of whom it says.
@NullMarked
package net.facteur.server.filter.rules;

import org.jspecify.annotations.NullMarked;
