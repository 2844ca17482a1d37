/// What a list waits for somebody to answer: whether an address wants to join, whether somebody
/// may, whether a post goes to all.
///
/// Each question is a [Matter], kept in a file until it is settled or its time is over ([Matters]).
/// Whoever may answer gets a mail with a token of his own ([AnswerTokens]): he replies to it, or
/// opens the link ([AnswerPages]), which shows the question and acts only by its button. The first
/// answer counts; later ones are told whose it was.
@NullMarked
package net.facteur.server.lists.answers;

import org.jspecify.annotations.NullMarked;
