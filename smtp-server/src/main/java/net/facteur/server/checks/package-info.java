/// What can be said of the settings before the server starts: which of the files they name cannot
/// be used by whoever runs it, and what is legal but hardly meant.
///
/// One list, [net.facteur.server.checks.StartChecks], serves `facteur check`, the start, a reload
/// and the daily examination, so that none of them says "fine" where another refuses.
@NullMarked
package net.facteur.server.checks;

import org.jspecify.annotations.NullMarked;
