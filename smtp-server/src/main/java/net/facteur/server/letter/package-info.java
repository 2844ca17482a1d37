/// A letter a week to the postmaster: what happened, and what needs a hand, on one page; one line
/// if nothing did.
///
/// Whoever has something to tell supplies a [net.facteur.server.letter.LetterPart], which is asked
/// once a week. [net.facteur.server.letter.Letter] makes a text of what the parts say, and
/// [net.facteur.server.letter.WeeklyLetter] sends it at the day and hour of the settings, once over
/// restarts and over all nodes that share a database.
@NullMarked
package net.facteur.server.letter;

import org.jspecify.annotations.NullMarked;
