/// Our own names in mail from outside: who writes in them, whether it is proven, and what becomes
/// of it where it is not.
///
/// Every such message is counted by its source ([OwnNameCounts]), so that the postmaster sees which
/// services, lists and forgers use our names before anything is refused.
@NullMarked
package net.facteur.server.filter.ownnames;

import org.jspecify.annotations.NullMarked;
