/// Mail that a list writes itself: answers, questions to moderators, news for one person. In the
/// language of the list, from `NAME-request@`, with a null reverse-path, marked so that no program
/// answers it (RFC 3834).
@NullMarked
package net.facteur.server.lists.letters;

import org.jspecify.annotations.NullMarked;
