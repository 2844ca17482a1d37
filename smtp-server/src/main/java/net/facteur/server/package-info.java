/// The server as a whole: every part built by constructors from the settings, started in order,
/// given new settings while it runs, drained and stopped.
@NullMarked
package net.facteur.server;

import org.jspecify.annotations.NullMarked;
