/// Reports on TLS that are sent to others.
///
/// Deliveries tell a [TlsReporter] how each session with another domain's host went. The counts are
/// kept by day, domain, policy and failure, and sent once a day to the domains that ask for them.
@NullMarked
package net.facteur.server.report;

import org.jspecify.annotations.NullMarked;
