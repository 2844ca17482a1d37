/// Mail to `NAME-request@` and `NAME-unsubscribe@`: people join, leave, and ask how.
///
/// A wish stands in the subject or in the first line ([Wish]). Nothing is answered that a program
/// wrote ([net.facteur.server.automatic.AutomaticMail]), and nothing whose author is not proven: a
/// forged address gets no mail from here, so that nobody can be bombed with questions whether he
/// wants to join. Everybody is asked the same once a day at most
/// ([net.facteur.server.lists.answers.Matters]).
@NullMarked
package net.facteur.server.lists.requests;

import org.jspecify.annotations.NullMarked;
