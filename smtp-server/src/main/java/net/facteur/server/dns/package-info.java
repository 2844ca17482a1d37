/// How this server asks the DNS: the settings of the resolver that is in the library.
@NullMarked
package net.facteur.server.dns;

import org.jspecify.annotations.NullMarked;
