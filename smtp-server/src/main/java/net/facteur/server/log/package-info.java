/// How the log is written: the settings of the logging library.
@NullMarked
package net.facteur.server.log;

import org.jspecify.annotations.NullMarked;
