/// Tells the postmaster if something is wrong with the server: once, not in quiet hours, and again
/// when it is over.
///
/// An [net.facteur.server.alerts.AlertCheck] looks at one thing and says what stands by the rules
/// of [net.facteur.server.alerts.AlertRule]. [net.facteur.server.alerts.AlertWatch] asks all of
/// them each minute, remembers what stands in the database of counts, so that a restart or another
/// node that shares it tells nothing twice, and sends what is new by each
/// [net.facteur.server.alerts.AlertWay] that it takes. If our own mail is what fails, a second way
/// takes it too: another smarthost, or a program.
@NullMarked
package net.facteur.server.alerts;

import org.jspecify.annotations.NullMarked;
