/// All settings together: [Reference] lists the rows of all packages in the order in which people
/// read them, [Consistency] says what has to hold of values of different packages.
@NullMarked
package net.facteur.server.settings;

import org.jspecify.annotations.NullMarked;
