/// The journal of the house: who did what, when, from where, by a page or by a command. It answers
/// the question "who changed this?" weeks later, and holds no secret and no text of any mail.
///
/// A [Deed] is one thing that somebody did. [Journal] writes each as a line at the end of a file,
/// which is synced before the door returns, and reads them again. The file is bounded: a full one
/// becomes the one before, whose own predecessor is forgotten.
@NullMarked
package net.facteur.server.journal;

import org.jspecify.annotations.NullMarked;
