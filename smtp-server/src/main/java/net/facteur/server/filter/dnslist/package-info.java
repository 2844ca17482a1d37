/// Lists in the DNS, asked about the host that hands a message over and about the domains that it
/// names.
///
/// Each list has a weight; those of lists that have an entry are added, those of allow lists
/// subtracted. A list counts only while its test points stand as they should, which is looked at
/// every hour ([ListStandings]). What a list does not answer in time counts as nothing, and so does
/// an answer that is none. None is named by default.
@NullMarked
package net.facteur.server.filter.dnslist;

import org.jspecify.annotations.NullMarked;
