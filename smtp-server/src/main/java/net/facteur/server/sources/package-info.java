/// Who sends mail in the names of our domains, as the reports of others tell.
///
/// A report says of each address how many messages came from it, and what SPF and DKIM said of
/// them. [net.facteur.server.sources.SourceSurvey] takes all entries and finds out who stands
/// behind each address, a [net.facteur.server.sources.Source]: this server, a service that is known
/// ([net.facteur.server.sources.KnownServices]), somebody who passes our mail on, somebody whom the
/// records of the domain authorise, or a stranger. The result is a
/// [net.facteur.server.sources.DomainSurvey], a value.
///
/// [net.facteur.server.sources.Advisor] says what follows from it: what fails and why, what to
/// paste, and when a policy can be stricter. Those are values as well;
/// [net.facteur.server.sources.SurveyWords] makes words of them.
/// [net.facteur.server.sources.TlsSurvey] is the same for reports on TLS.
///
/// Everything that is seen here comes from strangers: whoever wants may send a report, and whoever
/// wants may send mail in our names. So a service is recognised only by what passed, by its own
/// networks, or by a name that leads back to its address; and nobody is advised to let a service
/// send without the question whether it is his.
@NullMarked
package net.facteur.server.sources;

import org.jspecify.annotations.NullMarked;
