/// Mail that the server writes itself: notices for the postmaster, and reports that it routes,
/// signs and queues like any other mail.
///
/// Whoever has something to tell knows [net.facteur.server.notices.Notices] only. The same notice
/// goes once a week.
@NullMarked
package net.facteur.server.notices;

import org.jspecify.annotations.NullMarked;
