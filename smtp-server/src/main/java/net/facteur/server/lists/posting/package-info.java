/// What becomes of mail to a mailing list: who may post, what members get, and what comes back.
///
/// Mail to a list is queued like any other, with the list as its next hop ([ListAgent]). Reception
/// and submission ask [PostGate] first, while the sender still waits, so that a post that the list
/// does not take is refused and never sent back. The agent makes the post as members get it
/// ([PostHeader]) and queues it once, for nobody yet; that message then gets its recipients in
/// pieces, each with a reverse-path of his own, after the one that was added last, so that a crash
/// adds nobody twice. What differs between copies, the way to leave and our signature, is written
/// when a copy leaves ([MemberCopies]): the body is stored once and hashed once.
@NullMarked
package net.facteur.server.lists.posting;

import org.jspecify.annotations.NullMarked;
