/// Posts that wait for a moderator. The post itself is held in the queue, where it is as safe as
/// any mail; the question about it is a [net.facteur.server.lists.answers.Matter]. Each moderator
/// gets a mail with the post attached, answers it or opens a link, and the first answer counts.
/// Where nobody answers in time, a proven author gets his post back with a word; of others, who may
/// be forged, the post is dropped.
///
/// [HeldPosts] carries answers out, also those of commands and those that a crash interrupted: it
/// looks at what the queue holds and at what was answered, and brings both together.
@NullMarked
package net.facteur.server.lists.moderation;

import org.jspecify.annotations.NullMarked;
