/// Mail of programs of this machine, such as cron, handed in by `sendmail`.
///
/// It comes through a local socket, whose kernel says which system user speaks, or from the drop
/// directory, where `sendmail` keeps it while no server runs; there the owner of the file says who
/// it was. What is handed in has the same form in both: see [Handed]. From here on it goes the way
/// of any submission: sender rights, completion, signing, queue. Addresses without a domain, or at
/// the names of this host, are given our domain, and mail to those of them that nobody has, such as
/// root, is the postmaster's.
@NullMarked
package net.facteur.server.pickup;

import org.jspecify.annotations.NullMarked;
