/// Answers while somebody is away, and for a time after somebody left.
///
/// An [Absence] says what is answered, from when, until when, and how often to the same sender.
/// They stand in a text file beside the users file ([AbsencesFile]), which people may edit;
/// [AbsenceStore] knows what counts at this moment. [AutomaticAnswers] is asked by reception and
/// submission about each message that was taken: [net.facteur.server.automatic.AutomaticMail] has
/// the rules of RFC 3834 and RFC 5230 on what is never answered, [AnswerMemory] remembers over
/// restarts who was answered, and bounds how many answers leave. An [Answer] has the null
/// reverse-path and is signed like any other mail of ours.
///
/// Where Dovecot keeps the mailboxes with Sieve, its own vacation answers, and ours stays off; for
/// those who left it answers all the same.
@NullMarked
package net.facteur.server.away;

import org.jspecify.annotations.NullMarked;
