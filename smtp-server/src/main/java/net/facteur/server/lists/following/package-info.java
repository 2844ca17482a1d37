/// Lists whose members are decided elsewhere: by the table `members.csv`, or by a group of an LDAP
/// directory. What stands there is put into the files of the lists whenever it changes; who is not
/// there leaves. Where most of a list would leave at once, nothing is done, and the postmaster is
/// told: half a table is more likely than that.
@NullMarked
package net.facteur.server.lists.following;

import org.jspecify.annotations.NullMarked;
