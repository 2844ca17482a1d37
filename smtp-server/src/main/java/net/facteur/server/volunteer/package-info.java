/// The pages of whoever looks after the server: how it is today, what others report of its domains,
/// who did what, where a message is, what is kept back, its names in the DNS with their keys and
/// certificates, and its settings.
///
/// They hold no logic. What a page does, a command does, through the same doors: the queue is asked
/// by [net.facteur.server.admin.QueueRequests] as `facteur queue` asks it, held accounts by
/// [net.facteur.server.admin.SendingRequests], the quarantine by
/// [net.facteur.server.quarantine.Releases], keys by [net.facteur.server.keys.KeyRequests], zones
/// by [net.facteur.server.zone.ZoneLooks]. Each deed stands in the journal of the house, and so
/// does each look into a message of somebody.
///
/// Whoever is no administrator gets 403, which [net.facteur.server.signin.SignedPages] sees to.
/// Everything works without a script, and whatever a stranger wrote is cleaned before it is shown.
@NullMarked
package net.facteur.server.volunteer;

import org.jspecify.annotations.NullMarked;
