/// Lists on their way in and out: readers of what other list programs keep, the table
/// `members.csv`, and exports.
///
/// Each program has a reader: [MailmanTwo], [MailmanThree], [Sympa], [Mlmmj], [MembersTable]. All
/// of them make [MovedList]s, and say of each what could not be taken over. Nothing is changed
/// while they read; files are opened for reading only.
@NullMarked
package net.facteur.server.lists.moving;

import org.jspecify.annotations.NullMarked;
