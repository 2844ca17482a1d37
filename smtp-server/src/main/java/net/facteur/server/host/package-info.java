/// Who this server is: its name, its domains, its postmaster, and the directory that all of its
/// data lies in. Every package that has settings of its own may ask here.
@NullMarked
package net.facteur.server.host;

import org.jspecify.annotations.NullMarked;
