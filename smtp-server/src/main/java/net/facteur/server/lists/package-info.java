/// Mailing lists: what a list is, who is on it, and where that is kept.
///
/// Each list is one text file in the directory `lists` of the data directory, which people may
/// read, edit and keep under version control ([ListFile]). [Lists] is the door: it answers from
/// memory, and changes go through it, whoever asks for them. Which addresses a list has beside its
/// own is said by [ListAddresses], so that the router takes mail for them.
///
/// What becomes of a post is the affair of `lists.posting`.
@NullMarked
package net.facteur.server.lists;

import org.jspecify.annotations.NullMarked;
