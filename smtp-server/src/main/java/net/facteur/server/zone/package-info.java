/// The zones of our domains: what should stand in them, and what their name servers have.
///
/// [net.facteur.server.zone.ZonePlans] gathers a [net.facteur.server.keys.ZonePlan] from the
/// settings, the keys and the DNS, for the commands and for the server.
/// [net.facteur.server.zone.ZoneLook] asks each name server of the zone for each record of it, in
/// bounded time. [net.facteur.server.zone.ZoneLooks] makes such looks one after the other, and
/// remembers the last one of each domain, so that a page need not wait for name servers.
@NullMarked
package net.facteur.server.zone;

import org.jspecify.annotations.NullMarked;
